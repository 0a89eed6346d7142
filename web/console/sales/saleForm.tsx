/* The parts of the form that creates a sale. Each changes the sale file and nothing else. */

import type { Text } from "../../../src/base/language.ts";
import { must } from "../../../src/base/assert.ts";
import type { SaleFile } from "../../../src/sale/saleFile.ts";
import { Button } from "../ui/button.tsx";
import { NumberField, SelectField, TextField } from "../ui/fields.tsx";
import { Card } from "../ui/page.tsx";
import { fill, speak } from "../ui/say.ts";
import { SALES_WORDS } from "./words.ts";

const words = speak(SALES_WORDS);

/** The sale file, and the function that replaces it. */
export interface FormProps {
  readonly file: SaleFile;
  readonly change: (file: SaleFile) => void;
}

type Both = Text;

/** A text in both languages. */
function BothFields(props: {
  readonly label: string;
  readonly value: Both;
  readonly onChange: (value: Both) => void;
  readonly rows?: number;
}) {
  const { label, value, onChange } = props;
  const rows = props.rows === undefined ? {} : { rows: props.rows };
  return (
    <div className="grid two">
      <TextField
        {...{ label: `${label} (Indonesia)`, value: value.id, ...rows, required: true }}
        onChange={(id) => onChange({ ...value, id })}
      />
      <TextField
        {...{ label: `${label} (English)`, value: value.en, ...rows, required: true }}
        onChange={(en) => onChange({ ...value, en })}
      />
    </div>
  );
}

/** The public chain or none. A chain from a file is kept. */
function Beacon({ file, change }: FormProps) {
  const { off, quicknet, own } = words.wizard.beacons;
  const isOwn = typeof file.beacon === "object";
  return (
    <SelectField
      label={words.wizard.beacon}
      help={words.wizard.beaconHelp}
      value={isOwn ? "own" : (file.beacon as "off" | "quicknet")}
      options={[["off", off], ["quicknet", quicknet], ...(isOwn ? [["own", own] as const] : [])]}
      onChange={(beacon) => {
        if (beacon !== "own") change({ ...file, beacon });
      }}
    />
  );
}

/** The fields of the sale itself. */
export function Basics({ file, change }: FormProps) {
  return (
    <Card title={words.wizard.basics}>
      <BothFields
        label={words.wizard.saleTitle}
        value={file.title}
        onChange={(title) => change({ ...file, title })}
      />
      <BothFields
        label={words.wizard.description}
        rows={3}
        value={file.description}
        onChange={(description) => change({ ...file, description })}
      />
      <div className="grid three">
        <TextField
          label={words.wizard.slug}
          help={words.wizard.slugHelp}
          value={file.slug}
          onChange={(slug) => change({ ...file, slug })}
          required
          mono
        />
        <SelectField
          label={words.wizard.zone}
          value={file.timeZone}
          options={[
            ...new Set(["Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura", file.timeZone]),
          ].map((zone) => [zone, zone])}
          onChange={(timeZone) => change({ ...file, timeZone })}
        />
        <NumberField
          label={words.wizard.limit}
          least={1}
          value={file.unitsPerPerson}
          onChange={(unitsPerPerson) => change({ ...file, unitsPerPerson })}
        />
      </div>
      <Beacon file={file} change={change} />
    </Card>
  );
}

/** Variants with their prices; a new one gets a numbered SKU. */
export function Variants({ file, change }: FormProps) {
  const set = (index: number, part: Partial<SaleFile["variants"][number]>) =>
    change({
      ...file,
      variants: file.variants.map((one, at) => {
        if (at !== index) return one;
        const { family, ...changed } = { ...one, ...part };
        return family ? { ...changed, family } : changed;
      }),
    });
  const add = () => {
    const sku = `SKU-${file.variants.length + 1}`;
    const variant = { sku, name: { id: sku, en: sku }, price: "1000000" };
    change({ ...file, variants: [...file.variants, variant] });
  };
  return (
    <Card title={words.wizard.variants}>
      {file.variants.map((variant, index) => (
        <fieldset key={index}>
          <legend>{fill(words.wizard.variantNo, { n: index + 1 })}</legend>
          <div className="grid three">
            <TextField
              label="SKU"
              value={variant.sku}
              onChange={(sku) => set(index, { sku })}
              mono
            />
            <TextField
              label={`${words.price} (${file.currency})`}
              value={variant.price}
              onChange={(price) => set(index, { price })}
              mono
            />
            <TextField
              label={words.name}
              value={variant.name.id}
              onChange={(id) => set(index, { name: { id, en: id } })}
            />
            <TextField
              label={words.wizard.family}
              value={variant.family ?? ""}
              onChange={(family) => set(index, { family })}
              mono
            />
          </div>
          {file.variants.length > 1 && (
            <Button
              small
              kind="quiet"
              onClick={() =>
                change({ ...file, variants: file.variants.filter((_, at) => at !== index) })
              }
            >
              {fill(words.wizard.removeOne, { name: variant.sku })}
            </Button>
          )}
        </fieldset>
      ))}
      <Button small kind="quiet" onClick={add}>
        {words.wizard.addVariant}
      </Button>
    </Card>
  );
}

type Method = (typeof METHODS)[number];
const METHODS = ["va", "qris", "ewallet", "card", "paylater", "cod"] as const;

/** Payment methods of a channel. */
function Methods(props: {
  readonly channel: SaleFile["channels"][number];
  readonly toggle: (method: Method) => void;
}) {
  return (
    <div className="ticks" role="group" aria-label={words.wizard.methods}>
      {METHODS.map((method) => (
        <label className="tick" key={method}>
          <input
            type="checkbox"
            checked={props.channel.paymentMethods.includes(method)}
            onChange={() => props.toggle(method)}
          />
          {words.methods[method]}
        </label>
      ))}
    </div>
  );
}

/** Channels. Without cash on delivery its quota is 0. */
export function Channels({ file, change }: FormProps) {
  const set = (index: number, part: Partial<SaleFile["channels"][number]>) =>
    change({
      ...file,
      channels: file.channels.map((one, at) => (at === index ? { ...one, ...part } : one)),
    });
  const add = () => {
    const code = `channel-${file.channels.length + 1}`;
    const channel = { code, name: code, paymentMethods: ["va" as const], codQuota: 0 };
    change({ ...file, channels: [...file.channels, channel] });
  };
  const toggle = (index: number, method: Method) => {
    const { paymentMethods, codQuota } = must(file.channels[index], "a channel of the file");
    const next = METHODS.filter((one) => paymentMethods.includes(one) !== (one === method));
    set(index, { paymentMethods: next, codQuota: next.includes("cod") ? codQuota : 0 });
  };
  return (
    <Card title={words.wizard.channels}>
      {file.channels.map((channel, index) => (
        <fieldset key={index}>
          <legend>{channel.name}</legend>
          <div className="grid three">
            <TextField
              label={words.wizard.code}
              value={channel.code}
              onChange={(code) => set(index, { code })}
              mono
            />
            <TextField
              label={words.name}
              value={channel.name}
              onChange={(name) => set(index, { name })}
            />
            {channel.paymentMethods.includes("cod") && (
              <NumberField
                label={words.wizard.codQuota}
                value={channel.codQuota}
                onChange={(codQuota) => set(index, { codQuota })}
              />
            )}
          </div>
          <Methods channel={channel} toggle={(method) => toggle(index, method)} />
          {file.channels.length > 1 && (
            <Button
              small
              kind="quiet"
              onClick={() =>
                change({ ...file, channels: file.channels.filter((_, at) => at !== index) })
              }
            >
              {fill(words.wizard.removeOne, { name: channel.name })}
            </Button>
          )}
        </fieldset>
      ))}
      <Button small kind="quiet" onClick={add}>
        {words.wizard.addChannel}
      </Button>
    </Card>
  );
}
