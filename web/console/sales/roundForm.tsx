/* The form for the rounds of a sale. */

import { must } from "../../../src/base/assert.ts";
import type { SaleFile } from "../../../src/sale/saleFile.ts";
import { Button } from "../ui/button.tsx";
import { Field, NumberField, SelectField, TextField } from "../ui/fields.tsx";
import { Card } from "../ui/page.tsx";
import type { FormProps } from "./saleForm.tsx";
import { fill, number, speak } from "../ui/say.ts";
import { SALES_WORDS } from "./words.ts";

const words = speak(SALES_WORDS);

type RoundFile = SaleFile["rounds"][number];

/** Units by channel and variant, in the form of the public table. */
function Stock(props: {
  readonly file: SaleFile;
  readonly round: RoundFile;
  readonly set: (part: Partial<RoundFile>) => void;
}) {
  const { file, round, set } = props;
  const units = (code: string, sku: string) => round.stock[code]?.[sku] ?? 0;
  const write = (code: string, sku: string, count: number) =>
    set({ stock: { ...round.stock, [code]: { ...round.stock[code], [sku]: count } } });
  const total = file.channels
    .flatMap(({ code }) => file.variants.map(({ sku }) => units(code, sku)))
    .reduce((sum, count) => sum + count, 0);
  return (
    // A table that is wider than its place must be reachable by keys, too.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className="scroll" role="group" aria-label={words.stock} tabIndex={0}>
      <table className="inputs">
        <thead>
          <tr>
            <th scope="col">SKU</th>
            {file.channels.map((channel) => (
              <th scope="col" key={channel.code}>
                {channel.name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {file.variants.map(({ sku }) => (
            <tr key={sku}>
              <th scope="row">{sku}</th>
              {file.channels.map(({ code }) => (
                <td key={code}>
                  <input
                    type="number"
                    min="0"
                    aria-label={`${sku} · ${code}`}
                    value={units(code, sku)}
                    onChange={(event) => write(code, sku, Number(event.target.value))}
                  />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">{words.total}</th>
            <td colSpan={file.channels.length}>{number(total)}</td>
          </tr>
        </tfoot>
      </table>
    </div>
  );
}

const TIMES = ["lobbyOpensAt", "opensAt", "closesAt"] as const;

/** Changes the mode and adds or removes the fields that belong to it. */
function modeChange(round: RoundFile, mode: RoundFile["mode"]): RoundFile {
  const { lobbyOpensAt, windowMs, ...rest } = round;
  // Only a shuffled queue has a lobby and windows; other modes would be refused with them.
  return mode === "shuffled_queue"
    ? { ...rest, mode, lobbyOpensAt: lobbyOpensAt ?? round.opensAt, windowMs: windowMs ?? 1_000 }
    : { ...rest, mode };
}

/** The fields of one round. */
function RoundFields(props: FormProps & { readonly index: number }) {
  const { file, change, index } = props;
  const round = must(file.rounds[index], "a round of the file");
  const write = (next: RoundFile) =>
    change({ ...file, rounds: file.rounds.map((one, at) => (at === index ? next : one)) });
  const set = (part: Partial<RoundFile>) => write({ ...round, ...part });
  return (
    <>
      <div className="grid three">
        <TextField
          label={words.name}
          value={round.name.id}
          onChange={(id) => set({ name: { id, en: id } })}
        />
        <SelectField
          label={words.wizard.mode}
          value={round.mode}
          options={(["shuffled_queue", "draw", "first_come"] as const).map((mode) => [
            mode,
            words.modes[mode],
          ])}
          onChange={(mode) => write(modeChange(round, mode))}
        />
        {round.mode === "shuffled_queue" && (
          <NumberField
            label={words.wizard.windowMs}
            least={100}
            value={round.windowMs ?? 1_000}
            onChange={(windowMs) => set({ windowMs })}
          />
        )}
        {TIMES.filter((name) => name !== "lobbyOpensAt" || round.mode === "shuffled_queue").map(
          (name) => (
            <Field label={words.wizard[name]} key={name}>
              {(id) => (
                <input
                  id={id}
                  type="datetime-local"
                  step="1"
                  value={round[name] ?? ""}
                  onChange={(event) => set({ [name]: event.target.value })}
                />
              )}
            </Field>
          ),
        )}
        <NumberField
          label={words.wizard.offerSeconds}
          least={10}
          value={round.offerSeconds}
          onChange={(offerSeconds) => set({ offerSeconds })}
        />
        <NumberField
          label={words.wizard.extensionSeconds}
          value={round.offerExtensionSeconds}
          onChange={(offerExtensionSeconds) => set({ offerExtensionSeconds })}
        />
        <NumberField
          label={words.wizard.paymentSeconds}
          least={10}
          value={round.paymentSeconds}
          onChange={(paymentSeconds) => set({ paymentSeconds })}
        />
      </div>
      <Stock file={file} round={round} set={set} />
    </>
  );
}

/** The rounds in order; a new one starts as a copy of the last. */
export function Rounds({ file, change }: FormProps) {
  const add = () =>
    change({ ...file, rounds: [...file.rounds, must(file.rounds.at(-1), "a sale has a round")] });
  return (
    <Card title={words.wizard.rounds}>
      {file.rounds.map((round, index) => (
        <fieldset key={index}>
          <legend>{fill(words.wizard.roundNo, { n: index + 1 })}</legend>
          <RoundFields file={file} change={change} index={index} />
          {file.rounds.length > 1 && (
            <Button
              small
              kind="quiet"
              onClick={() =>
                change({ ...file, rounds: file.rounds.filter((_, at) => at !== index) })
              }
            >
              {fill(words.wizard.removeOne, { name: round.name.id })}
            </Button>
          )}
        </fieldset>
      ))}
      <Button small kind="quiet" onClick={add}>
        {words.wizard.addRound}
      </Button>
    </Card>
  );
}
