const base64 = (file: File): Promise<string> =>
  new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.addEventListener("error", () => reject(reader.error));
    reader.addEventListener("load", () => resolve(String(reader.result).split(",")[1] ?? ""));
    reader.readAsDataURL(file);
  });

/** What an appeal's form says, as the route takes it. */
export async function readAppeal(form: HTMLFormElement) {
  const values = new FormData(form);
  const files = values
    .getAll("files")
    .filter((file) => file instanceof File)
    .filter((file) => file.size > 0);
  return {
    statement: String(values.get("statement")),
    isFamily: values.get("isFamily") === "on",
    wantsHuman: values.get("wantsHuman") === "on",
    files: await Promise.all(
      files.map(async (file) => ({ name: file.name, content: await base64(file) })),
    ),
  };
}
