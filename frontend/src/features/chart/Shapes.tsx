import { createElement } from "react";
import css from "./Chart.module.css";
import { attributes, elementOf, type Shape } from "./shape";

/** SVG attribute names as React spells them. */
const reactName = (name: string): string => name.replace(/-([a-z])/g, (_, c: string) => c.toUpperCase());

/** The marks of a drawing as SVG elements. */
export function Shapes({ shapes, width, height }: { readonly shapes: readonly Shape[]; readonly width: number; readonly height: number }) {
  return (
    <svg className={css.shapes} width={width} height={height} viewBox={`0 0 ${width} ${height}`} aria-hidden>
      {shapes.map((s, i) => {
        const props = Object.fromEntries(Object.entries(attributes(s)).map(([k, v]) => [reactName(k), v]));
        return createElement(elementOf(s), { key: i, ...props }, s.tip ? <title>{s.tip}</title> : null, s.type === "text" ? s.text : null);
      })}
    </svg>
  );
}
