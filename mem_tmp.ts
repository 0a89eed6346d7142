import { importOrders } from "./src/integrity/io/importOrders.ts";
import { audit } from "./src/integrity/audit.ts";
const { table } = await importOrders(["/tmp/million.csv"]); (globalThis as any).gc();
let n=0;
const r = audit(table,{progress:(s,x)=>{ if(n++%20===0||x===0){ const u=process.memoryUsage(); console.log(s,x.toFixed(2),'heap',u.heapUsed/1e6|0,'total',u.heapTotal/1e6|0,'ab',u.arrayBuffers/1e6|0,'rss',u.rss/1e6|0,'max',process.resourceUsage().maxRSS/1024|0)} }}); (globalThis as any).gc(); console.log("after gc", process.memoryUsage().heapUsed/1e6|0); console.log(r.cases.length, process.resourceUsage().maxRSS/1024|0);
