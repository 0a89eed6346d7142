import { readFileSync } from "node:fs"; import { gunzipSync } from "node:zlib"; import { parse } from "csv-parse/sync"; import { join } from "node:path";
import { importOrders } from "./src/integrity/io/importOrders.ts"; import { audit } from "./src/integrity/audit.ts";
const folder="/work/shared/data"; const links = { file: join(folder, "account-links.csv.gz"), separator: undefined };
const { table } = await importOrders([join(folder,"accounts-rings.csv.gz")], { map: { columns: { order_id: "account", account_id: "account", ordered_at: "first_seen" }, channel: "–", zoneMinutes: 0, dateOrder: "dmy", links: [ { name: "direct", grade: "strong", mayNameOrders: true, prefix: "acc_", ...links } as any, { name: "shared", grade: "weak", mayNameOrders: false, prefix: "n_", ...links } as any ] } });
const removed = new Map((parse(gunzipSync(readFileSync(join(folder,"accounts-rings.csv.gz"))),{columns:true}) as any[]).map(r=>[r.account,r.removed==="1"]));
const r=audit(table); const lab=r.verdicts.map((_,i)=>removed.get(table.orderIds[i]!)!);
const R=lab.filter(Boolean).length, G=lab.length-R;
for(let t=0;t<=9;t+=0.25){ let a=0,b=0; r.verdicts.forEach((v,i)=>{ if(v.outcome!=='accept'&&v.score.bits>=t&&(v.score.twoGroups||v.score.oneLoud)){ lab[i]?a++:b++; } }); console.log(t.toFixed(2),(100*a/R).toFixed(2),(100*b/G).toFixed(2)); }
// group stats
const fam=new Map<string,[number,number]>();
r.verdicts.forEach((v,i)=>{ if(v.score.bits<4) return; const k=v.score.evidence.map(e=>e.family+':'+e.bits.toFixed(1)).join(' '); const c=fam.get(k)??[0,0]; lab[i]?c[0]++:c[1]++; fam.set(k,c); });
for(const [k,[a,b]] of [...fam].sort((x,y)=>(y[1][0]+y[1][1])-(x[1][0]+x[1][1])).slice(0,40)) console.log(a,b,(100*b/(a+b)).toFixed(0)+'%',k);
