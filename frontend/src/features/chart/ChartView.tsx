import { lazy, Suspense, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useScheme } from "../../lib/useScheme";
import css from "./Chart.module.css";
import { draw } from "./draw";
import { message, type Drawing } from "./drawing";
import { Shapes } from "./Shapes";
import type { ChartSpec, ChartTable, Env, Language } from "./spec";
import { useMap } from "./useMap";
import { useSize } from "./useSize";

const Canvas = lazy(async () => ({ default: (await import("./Canvas")).Canvas }));

interface Props {
  readonly table: ChartTable;
  readonly spec: ChartSpec;
  /** Heading of a number, which draws it itself; read out for every kind. */
  readonly title?: string;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** A chart that fills its parent: live, in the colours and language of the moment. */
export function ChartView({ table, spec, title = "", from, to }: Props) {
  const { i18n } = useTranslation();
  const theme = useScheme();
  const language: Language = i18n.language === "zh-CN" ? "zh-CN" : "en";
  const [box, size] = useSize<HTMLDivElement>();
  const ready = useMap(spec.kind === "map" ? (spec.map ?? "china") : undefined);
  const drawing = useMemo((): Drawing | null => {
    if (size.width < 8 || size.height < 8 || !ready) return null;
    const env: Env = { theme, language, ...size, ...(from ? { from } : {}), ...(to ? { to } : {}) };
    return drawSafely(table, spec, env, title);
  }, [table, spec, title, theme, language, size, ready, from, to]);
  return (
    <div ref={box} className={css.chart} role="img" aria-label={drawing?.summary ?? title}>
      {drawing && (
        <Suspense fallback={null}>
          {drawing.charts.map((part, i) => <Canvas key={i} part={part} theme={theme} language={language} />)}
        </Suspense>
      )}
      {drawing && <Shapes shapes={drawing.shapes} width={drawing.width} height={drawing.height} />}
    </div>
  );
}

/** A spec that does not fit its result says so instead of breaking the page. */
export function drawSafely(table: ChartTable, spec: ChartSpec, env: Env, title: string): Drawing {
  try {
    return draw(table, spec, env, title);
  } catch (thrown) {
    return message(thrown instanceof Error ? thrown.message : String(thrown), env);
  }
}
