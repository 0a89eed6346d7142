import { deflateSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { hookHeaders, isGenuineHook } from "../../src/access/io/hook.ts";
import { readAppealFile } from "../../src/cases/io/appealFile.ts";

const why = (bytes: Buffer) => {
  const read = readAppealFile(bytes);
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

  it("takes a PDF whose streams stay small, and none that unpacks to fill a memory", () => {
    expect(why(pdf(1_000_000))).toBe("application/pdf");
    const bomb = pdf(90_000_000);
    expect(bomb.length).toBeLessThan(200_000);
    expect(why(bomb)).toBe("file_too_large");
    // Many that are small each, and too much together.
    expect(why(pdf(30_000_000, 2))).toBe("application/pdf");
    expect(why(pdf(30_000_000, 3))).toBe("file_too_large");
  });

  it("reads what a JPEG and a WebP declare, and refuses what declares too much or nothing", () => {
    const jpeg = (height: number, width: number) => {
      const bytes = Buffer.alloc(40);
      // Start of image, an application segment of 4 bytes, start of frame.
      Buffer.from("ffd8ffe00004aabbffc00011080000000003", "hex").copy(bytes);
      bytes.writeUInt16BE(height, 13);
      bytes.writeUInt16BE(width, 15);
      return bytes;
    };
    expect(why(jpeg(3_000, 4_000))).toBe("image/jpeg");
    expect(why(jpeg(60_000, 60_000))).toBe("file_too_large");
    expect(why(jpeg(0, 4_000))).toBe("file_type_refused");
    const webp = (width: number, height: number) => {
      const bytes = Buffer.alloc(40);
      bytes.write("RIFF....WEBPVP8X", "latin1");
      bytes.writeUIntLE(width - 1, 24, 3);
      bytes.writeUIntLE(height - 1, 27, 3);
      return bytes;
    };
    expect(why(webp(1_000, 1_000))).toBe("image/webp");
    expect(why(webp(16_000, 16_000))).toBe("file_too_large");
    expect(why(Buffer.alloc(3_000_001, 0xff))).toBe("file_too_large");
    expect(why(Buffer.from("<svg onload=alert(1)>"))).toBe("file_type_refused");
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
