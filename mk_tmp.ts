import { createWriteStream } from "node:fs"; import { once } from "node:events";
import { canonicalCsv } from "./sim/exports.ts"; import { OrderMaker } from "./sim/orders.ts";
const orders = new OrderMaker(3).make(1_000_000, 0.15);
const stream = createWriteStream("/tmp/million.csv");
for (let s=0;s<orders.length;s+=10_000){ const text=canonicalCsv(orders.slice(s,s+10_000).map(({order})=>order)); const body=s===0?text:text.slice(text.indexOf("\n")+1); if(!stream.write(body)) await once(stream,"drain"); }
stream.end(); await once(stream,"finish");
