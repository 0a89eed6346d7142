/* Filters, columns and named views of the case list. */

import { useState } from "react";
import type { operatorRoutes } from "../../../src/api/operatorRoutes.ts";
import type { ownRoutes } from "../../../src/api/staffRoutes.ts";
import { post, useAct, useRead } from "../ui/api.ts";
import { NO_FILTER, type CaseFilter } from "./caseList.ts";
import { ALL_COLUMNS, COLUMNS } from "./caseColumns.tsx";
import { Button } from "../ui/button.tsx";
import { NumberField, SelectField, TextField } from "../ui/fields.tsx";
import { Problem } from "../ui/problem.tsx";
import { speak } from "../ui/say.ts";
import { CASES_WORDS } from "./words.ts";

const words = speak(CASES_WORDS);

interface ViewState {
  readonly filter: CaseFilter;
  readonly setFilter: (filter: CaseFilter) => void;
  readonly columns: readonly string[];
  readonly setColumns: (columns: readonly string[]) => void;
}

/** The filters. */
function Filters({ filter, setFilter }: ViewState) {
  const sales = useRead<typeof operatorRoutes.listOperatorSales>("/v1/operator/sales");
  return (
    <div className="filters">
      <SelectField
        label={words.sale}
        value={filter.sale}
        options={[
          ["", words.allSales],
          ...(sales.data?.sales ?? []).map(({ slug }) => [slug, slug] as const),
        ]}
        onChange={(sale) => setFilter({ ...filter, sale })}
      />
      <SelectField
        label={words.stateLabel}
        value={filter.state}
        options={[
          ["", words.allStates],
          ["open", words.state.open],
          ["decided", words.state.decided],
          ["closed", words.state.closed],
        ]}
        onChange={(state) => setFilter({ ...filter, state })}
      />
      <SelectField
        label={words.sortLabel}
        value={filter.sort}
        options={[
          ["due", words.due],
          ["orders", words.ordersLabel],
          ["bits", words.bitsLabel],
          ["number", words.numberLabel],
        ]}
        onChange={(sort) => setFilter({ ...filter, sort })}
      />
      <NumberField
        label={words.leastOrders}
        least={1}
        value={filter.leastOrders}
        onChange={(count) => setFilter({ ...filter, leastOrders: Math.max(1, count) })}
      />
      <label className="tick">
        <input
          type="checkbox"
          checked={filter.mine}
          onChange={(event) => setFilter({ ...filter, mine: event.target.checked })}
        />
        {words.mine}
      </label>
    </div>
  );
}

/** The columns to show. */
function ColumnChooser({ columns, setColumns }: ViewState) {
  const toggle = (name: string) =>
    setColumns(
      ALL_COLUMNS.filter((one) => (one === name ? !columns.includes(one) : columns.includes(one))),
    );
  return (
    <details className="chooser">
      <summary>{words.columnsLabel}</summary>
      {COLUMNS.map(({ name, label }) => (
        <label className="tick" key={name}>
          <input type="checkbox" checked={columns.includes(name)} onChange={() => toggle(name)} />
          {label}
        </label>
      ))}
    </details>
  );
}

/**
 * Views under names of one's own; they are stored with the account and follow to another computer.
 */
export function Views(state: ViewState) {
  const act = useAct();
  const [name, setName] = useState("");
  const { data } = useRead<typeof ownRoutes.listViews>("/v1/operator/views");
  const use = (document: Record<string, unknown>) => {
    const { filter, columns } = document as Partial<Pick<ViewState, "filter" | "columns">>;
    state.setFilter({ ...NO_FILTER, ...filter });
    state.setColumns(Array.isArray(columns) ? columns : ALL_COLUMNS);
  };
  const save = async () => {
    const document = { filter: state.filter, columns: state.columns };
    if (await act.run(() => post("/v1/operator/views", { name, document }))) setName("");
  };
  return (
    <section aria-label={words.views} className="views">
      {data && data.views.length > 0 && (
        <ul className="chips">
          {data.views.map((view) => (
            <li key={view.name}>
              <button type="button" className="chip" onClick={() => use(view.document)}>
                {view.name}
              </button>
              <button
                type="button"
                className="chip remove"
                aria-label={`${words.removeView} ${view.name}`}
                onClick={() =>
                  void act.run(() => post("/v1/operator/views/removal", { name: view.name }))
                }
              >
                ×
              </button>
            </li>
          ))}
        </ul>
      )}
      <Filters {...state} />
      <div className="row">
        <ColumnChooser {...state} />
        <details className="chooser">
          <summary>{words.saveView}</summary>
          <form
            onSubmit={(event) => {
              event.preventDefault();
              void save();
            }}
          >
            <TextField label={words.viewName} value={name} onChange={setName} required />
            <Button submit small act={act}>
              {words.save}
            </Button>
          </form>
        </details>
      </div>
      <Problem of={act.problem} />
    </section>
  );
}
