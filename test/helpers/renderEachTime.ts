/* Loaded into a server before it starts: takes a guard away, so that a test sees that it can fail. */
import { pageDocument } from "../../src/assets.ts";
import { PageMemo } from "../../src/pageMemo.ts";

PageMemo.prototype.once = async (_key, render) => pageDocument(await render());
PageMemo.prototype.forever = (_key, render) => pageDocument(render());
