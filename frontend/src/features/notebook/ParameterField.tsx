import { IconCalendar } from "@tabler/icons-react";
import { useId, useState } from "react";
import type { Parameter } from "../../api/types";
import { Select, TextField } from "../../ui";
import { useNotebook } from "./context";
import css from "./Notebook.module.css";

interface Props {
  readonly parameter: Parameter;
  /** Labelled by its name alone, where room is short. */
  readonly short?: boolean;
}

/** A notebook parameter as the control of its type. What is typed counts when the field is left. */
export function ParameterField({ parameter, short }: Props) {
  // A value from elsewhere (undo, another window) starts the field afresh.
  return <Field key={parameter.value} parameter={parameter} {...(short ? { short } : {})} />;
}

function Field({ parameter, short }: Props) {
  const { session } = useNotebook();
  const id = useId();
  const [text, setText] = useState(parameter.value);
  const set = (value: string) => { if (value !== parameter.value) session.edit([{ op: "setParameter", parameter: parameter.name, value }]); };
  const full = parameter.label || parameter.name;
  const label = short ? parameter.name : full;
  if (parameter.type === "choice" || parameter.type === "boolean") {
    const options = parameter.type === "boolean" ? ["true", "false"] : (parameter.choices ?? [parameter.value]);
    return <span className={css.param} title={full}><span>{label}</span><Select label={label} value={parameter.value} onChange={set} options={options.map((value) => ({ value, label: value }))} /></span>;
  }
  return (
    <span className={css.param} data-type={parameter.type} title={full}>
      <label htmlFor={id}>{label}</label>
      <TextField
        id={id} type={parameter.type === "date" ? "text" : parameter.type} inputMode={parameter.type === "number" ? "decimal" : undefined} value={text} bad={parameter.type === "date" && !isDate(text)}
        icon={parameter.type === "date" ? <IconCalendar size={16} aria-hidden /> : undefined} onChange={setText} onBlur={() => set(text)} onKeyDown={(event) => event.key === "Enter" && set(text)}
      />
    </span>
  );
}

/** isDate: 2026-11-21, and a day that exists. */
export function isDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const day = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}
