/* Labelled form fields. A label and its help text are tied to the input by id for screen readers. */

import { useId, type ReactNode } from "react";

/** A label with its input and help text. */
export function Field(props: {
  readonly label: string;
  readonly help?: string;
  readonly children: (id: string, describedBy: string | undefined) => ReactNode;
}) {
  const id = useId();
  const helpId = props.help ? `${id}-help` : undefined;
  return (
    <div className="field">
      <label htmlFor={id}>{props.label}</label>
      {props.children(id, helpId)}
      {props.help && (
        <p className="small" id={helpId}>
          {props.help}
        </p>
      )}
    </div>
  );
}

/** A text field; with `rows` a text area. */
export function TextField(props: {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly help?: string;
  readonly type?: string;
  readonly required?: boolean;
  readonly autoComplete?: string;
  readonly rows?: number;
  readonly minLength?: number;
  readonly mono?: boolean;
}) {
  const common = {
    value: props.value,
    required: props.required,
    minLength: props.minLength,
    className: props.mono ? "mono" : undefined,
  };
  return (
    <Field label={props.label} {...(props.help === undefined ? {} : { help: props.help })}>
      {(id, describedBy) =>
        props.rows === undefined ? (
          <input
            id={id}
            type={props.type ?? "text"}
            autoComplete={props.autoComplete ?? "off"}
            aria-describedby={describedBy}
            onChange={(event) => props.onChange(event.target.value)}
            {...common}
          />
        ) : (
          <textarea
            id={id}
            rows={props.rows}
            spellCheck={!props.mono}
            aria-describedby={describedBy}
            onChange={(event) => props.onChange(event.target.value)}
            {...common}
          />
        )
      }
    </Field>
  );
}

/** A whole number, at least `least` (0 by default). */
export function NumberField(props: {
  readonly label: string;
  readonly value: number;
  readonly onChange: (value: number) => void;
  readonly least?: number;
}) {
  return (
    <Field label={props.label}>
      {(id) => (
        <input
          id={id}
          type="number"
          min={props.least ?? 0}
          value={props.value}
          onChange={(event) => props.onChange(Number(event.target.value))}
        />
      )}
    </Field>
  );
}

/** A choice of values, each with its label. */
export function SelectField<T extends string>(props: {
  readonly label: string;
  readonly help?: string;
  readonly value: T;
  readonly options: readonly (readonly [T, string])[];
  readonly onChange: (value: T) => void;
}) {
  return (
    <Field label={props.label} {...(props.help === undefined ? {} : { help: props.help })}>
      {(id) => (
        <select
          id={id}
          value={props.value}
          onChange={(event) => props.onChange(event.target.value as T)}
        >
          {props.options.map(([value, label]) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}
