import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useScheme } from "../../lib/useScheme";
import { drawSafely } from "./ChartView";
import { Shapes } from "./Shapes";
import type { ChartSpec, ChartTable } from "./spec";

/** The scale that belongs into a tile's heading, where the chart has one. */
export function Legend({ table, spec }: { readonly table: ChartTable; readonly spec: ChartSpec }) {
  const { i18n } = useTranslation();
  const theme = useScheme();
  const language = i18n.language === "zh-CN" ? "zh-CN" : "en";
  const legend = useMemo(() => (spec.kind === "cohort" ? drawSafely(table, spec, { theme, language, width: 800, height: 400 }, "").legend : undefined), [table, spec, theme, language]);
  return legend ? <Shapes shapes={legend.shapes} width={Math.ceil(legend.width)} height={20} /> : null;
}
