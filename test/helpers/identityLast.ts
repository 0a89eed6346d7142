/*
 * Loaded into a server before it starts: who asks is looked at after the body was read and parsed, as it was once,
 * and bodies may be long. So a test sees that it can fail.
 */
import { registerHooks } from "node:module";

const NOW = "onRequest: async";
const ONCE = "bodyLimit: 50_000_000, preHandler: async";

registerHooks({
  load(url, context, next) {
    const loaded = next(url, context);
    if (!url.endsWith("/src/http/mount.ts")) return loaded;
    const source = Buffer.from(loaded.source as Uint8Array).toString();
    if (!source.includes(NOW)) throw new Error("what is to be changed is not there");
    return { ...loaded, source: source.replace(NOW, ONCE) };
  },
});
