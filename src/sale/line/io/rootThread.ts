/* Thread that computes Merkle roots, on a database connection of its own. */

import type { ThreadContract } from "../../../threads/protocol.ts";
import { serveThread, setupOf } from "../../../threads/serve.ts";
import { connect, type DatabaseTarget } from "../../../db/connect.ts";
import { windowRoot, type RootTask, type WindowRoot } from "./windowRoot.ts";

export type RootThread = ThreadContract<
  RootTask,
  WindowRoot,
  never,
  { readonly target: DatabaseTarget }
>;

const { target } = setupOf<RootThread>();
const sql = connect(target, { poolSize: 1, name: "giliran root", deadline: "work" });
serveThread<RootThread>((task) => windowRoot(sql, task));
