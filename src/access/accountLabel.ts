/** How screens name an account: enough to tell two apart, nothing to find a person by. */
export function accountLabel(accountKey: string): string {
  return accountKey.slice(0, 8);
}
