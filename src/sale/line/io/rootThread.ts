import { workerData } from "node:worker_threads";
import { answerTasks } from "../../../threads/thread.ts";
import { connect, type DatabaseTarget } from "../../../db/connect.ts";
import { windowRoot, type RootTask } from "./windowRoot.ts";

/* Computes roots beside the server, on a connection that nobody else waits for. */

const { target } = workerData as { readonly target: DatabaseTarget };
const sql = connect(target, { poolSize: 1, name: "giliran root", deadline: "work" });
answerTasks((task: RootTask) => windowRoot(sql, task));
