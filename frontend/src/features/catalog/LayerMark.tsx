import type { Layer } from "../../api/types";
import { cx } from "../../ui";
import css from "./LayerMark.module.css";

/** layerOf tells a table's layer by its name, where only the name is known. */
export function layerOf(table: string): Layer {
  const prefix = /^(ods|dwd|dws|ads)_/i.exec(table.split(".").at(-1) ?? "");
  return (prefix?.[1]?.toLowerCase() ?? "") as Layer;
}

/** A layer's square, with its letters beside it unless they stand elsewhere. */
export function LayerMark({ layer, letters = true }: { readonly layer: Layer; readonly letters?: boolean }) {
  if (layer === "") return null;
  return (
    <span className={css.mark}>
      <i className={cx(css.dot, css[layer])} role={letters ? undefined : "img"} aria-label={letters ? undefined : layer.toUpperCase()} />
      {letters && <span className={css.letters}>{layer.toUpperCase()}</span>}
    </span>
  );
}
