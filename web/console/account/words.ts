/** Words of the screens in this folder. Each stands beside its other language. */
export const ACCOUNT_WORDS = {
  account_: { id: "Akun saya", en: "My account" },
};
