/**
 * The name of an account on screens: enough to tell two accounts apart, too little to find the
 * person.
 */
export function accountLabel(accountKey: string): string {
  return accountKey.slice(0, 8);
}
