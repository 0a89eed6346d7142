/*
 * Makes photos smaller before they are sent: on a mobile network the upload is the wait. Each photo is drawn again, so that
 * nothing of the file but the picture leaves the device. Must never happen: the place where it was taken is sent along.
 */

/** The aim for a photo, bytes. */
const PHOTO_BYTES = 1_000_000;
/** Longest side and quality of each attempt, the best first; a photographed letter stays readable in the last one. */
const ATTEMPTS = [
  { sidePixels: 2_400, quality: 0.85 },
  { sidePixels: 2_400, quality: 0.7 },
  { sidePixels: 1_800, quality: 0.7 },
  { sidePixels: 1_400, quality: 0.7 },
  { sidePixels: 1_200, quality: 0.5 },
] as const;

/** The picture as a JPEG file's bytes, its longest side at most so long. */
async function drawn(
  picture: ImageBitmap,
  { sidePixels, quality }: (typeof ATTEMPTS)[number],
): Promise<Blob | null> {
  const scale = Math.min(1, sidePixels / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  const pen = canvas.getContext("2d");
  if (pen === null) return null;
  // Transparent parts of a screenshot would be black.
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
  return await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", quality));
}

/** The photo drawn again and small; any other file as it is. */
export async function smallPhoto(file: File): Promise<File> {
  if (!file.type.startsWith("image/")) return file;
  const picture = await createImageBitmap(file).catch(() => null);
  // No picture that this browser knows: the server says what it thinks of it.
  if (picture === null) return file;
  try {
    let smallest: Blob | null = null;
    for (const attempt of ATTEMPTS) {
      smallest = (await drawn(picture, attempt)) ?? smallest;
      if (smallest !== null && smallest.size <= PHOTO_BYTES) break;
    }
    if (smallest === null) return file;
    const name = file.name.replace(/\.\w{1,5}$/, "");
    return new File([smallest], `${name}.jpg`, { type: smallest.type });
  } finally {
    picture.close();
  }
}
