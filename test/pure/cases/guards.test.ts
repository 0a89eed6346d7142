import { deflateSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { hookHeaders, isGenuineHook } from "../../../src/access/io/hook.ts";
import { readAppealFile } from "../../../src/cases/appeal/io/appealFile.ts";

const why = async (bytes: Buffer) => {
  const read = await readAppealFile(bytes);
  return read.ok ? read.value : read.why;
};

describe("files of an appeal", () => {
  const pdf = (unpackedBytes: number, streams = 1) => {
    const packed = deflateSync(Buffer.alloc(unpackedBytes));
    const stream = Buffer.concat([
      Buffer.from("1 0 obj <</Filter/FlateDecode>>\nstream\n"),
      packed,
      Buffer.from("\nendstream\nendobj\n"),
    ]);
    return Buffer.concat([Buffer.from("%PDF-1.7\n"), ...Array<Buffer>(streams).fill(stream)]);
  };

  it("takes a PDF whose streams stay small, and none that unpacks to fill a memory", async () => {
    expect(await why(pdf(1_000_000))).toBe("application/pdf");
    const bomb = pdf(90_000_000);
    expect(bomb.length).toBeLessThan(200_000);
    expect(await why(bomb)).toBe("file_too_large");
    // Many that are small each, and too much together.
    expect(await why(pdf(30_000_000, 2))).toBe("application/pdf");
    expect(await why(pdf(30_000_000, 3))).toBe("file_too_large");
  });

  it("counts what a broken stream wrote until it broke, and how often it is asked to unpack", async () => {
    const broken = deflateSync(Buffer.alloc(79_000_000));
    broken[broken.length - 1]! ^= 1; // its checksum
    const stream = Buffer.concat([Buffer.from("stream\n"), broken, Buffer.from("\nendstream\n")]);
    const file = (streams: Buffer[]) => Buffer.concat([Buffer.from("%PDF-1.4\n"), ...streams]);
    expect(await why(file([stream]))).toBe("application/pdf");
    expect(await why(file(Array<Buffer>(37).fill(stream)))).toBe("file_too_large");
    // Each stream reaches to the end of the file: the next one begins in what it stores.
    const begin = Buffer.from("stream\nx\x9c", "latin1");
    const stored = Buffer.concat([Buffer.from("000900f6ff", "hex"), begin]);
    const emptyBlock = Buffer.from("000000ffff", "hex");
    const nested = [
      begin,
      ...Array<Buffer>(300).fill(stored),
      ...Array<Buffer>(20_000).fill(emptyBlock),
    ];
    expect(await why(file(nested))).toBe("file_too_large");
    const tiny = Buffer.concat([Buffer.from("stream\n"), deflateSync("x")]);
    expect(await why(file(Array<Buffer>(4_000).fill(tiny)))).toBe("application/pdf");
    expect(await why(file(Array<Buffer>(4_001).fill(tiny)))).toBe("file_too_large");
  });

  it("looks at each byte of a file once, however many streams it seems to begin", async () => {
    const seconds = async (bytes: number) => {
      const file = Buffer.from(`%PDF-${"stream\n".repeat(bytes / 7)}`);
      const from = performance.now();
      expect(await why(file)).toBe("application/pdf");
      return (performance.now() - from) / 1_000;
    };
    // The old search went to the end of the file from each of them: 47 s.
    expect(await seconds(800_000)).toBeLessThan(5);
    expect(await seconds(3_000_000)).toBeLessThan(10);
  });

  it("reads what a JPEG and a WebP declare, and refuses what declares too much or nothing", async () => {
    const jpeg = (height: number, width: number) => {
      const bytes = Buffer.alloc(40);
      // Start of image, an application segment of 4 bytes, start of frame.
      Buffer.from("ffd8ffe00004aabbffc00011080000000003", "hex").copy(bytes);
      bytes.writeUInt16BE(height, 13);
      bytes.writeUInt16BE(width, 15);
      return bytes;
    };
    expect(await why(jpeg(3_000, 4_000))).toBe("image/jpeg");
    expect(await why(jpeg(60_000, 60_000))).toBe("file_too_large");
    expect(await why(jpeg(0, 4_000))).toBe("file_type_refused");
    const webp = (width: number, height: number) => {
      const bytes = Buffer.alloc(40);
      bytes.write("RIFF....WEBPVP8X", "latin1");
      bytes.writeUIntLE(width - 1, 24, 3);
      bytes.writeUIntLE(height - 1, 27, 3);
      return bytes;
    };
    expect(await why(webp(1_000, 1_000))).toBe("image/webp");
    expect(await why(webp(16_000, 16_000))).toBe("file_too_large");
    expect(await why(Buffer.from("<svg onload=alert(1)>"))).toBe("file_type_refused");
  });
});

describe("signed messages", () => {
  const secret = `whsec_${Buffer.from("a secret").toString("base64")}`;
  const nowMs = 1_700_000_000_000;
  const headers = hookHeaders(secret, { id: "m-1", payload: "{}", nowMs });

  it("are believed when they are genuine and of now, and not when they are caught and sent again", () => {
    expect(isGenuineHook(secret, headers, "{}", nowMs)).toBe(true);
    expect(isGenuineHook(secret, headers, "{}", nowMs + 299_000)).toBe(true);
    expect(isGenuineHook(secret, headers, "{}", nowMs + 301_000)).toBe(false);
    expect(isGenuineHook(secret, headers, "{ }", nowMs)).toBe(false);
    expect(isGenuineHook(`${secret}x`, { ...headers, "webhook-id": "m-2" }, "{}", nowMs)).toBe(
      false,
    );
    expect(isGenuineHook(secret, {}, "{}", nowMs)).toBe(false);
  });

  it("the signature is the one of Standard Webhooks 1.0's own example", () => {
    const example = hookHeaders("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", {
      id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
      payload: '{"test": 2432232314}',
      nowMs: 1_614_265_330_000,
    });
    expect(example["webhook-signature"]).toBe("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
  });
});
