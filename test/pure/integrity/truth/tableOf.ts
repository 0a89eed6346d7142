import {
  OrderTableBuilder,
  type OrderRecord,
  type OrderTable,
} from "../../../../src/integrity/table/orders.ts";

/** The table of some orders, in their order. */
export function tableOf(orders: Iterable<OrderRecord>): OrderTable {
  const builder = new OrderTableBuilder();
  for (const order of orders) builder.add(order);
  return builder.build();
}
