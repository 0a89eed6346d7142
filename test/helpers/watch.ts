import { watchTransactions } from "../../src/db/transactionGuard.ts";

/* In every test on a database: a call to the network inside a transaction throws. */
watchTransactions();
