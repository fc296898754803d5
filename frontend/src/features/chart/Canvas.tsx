import { TooltipComponent } from "echarts/components";
import { init, use as install, type ECharts } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { useEffect, useRef } from "react";
import css from "./Chart.module.css";
import type { ChartPart } from "./drawing";
import { prepareECharts, provideMap } from "./engine";
import type { Language, ThemeName } from "./spec";
import { echartsTheme } from "./theme";
import { tooltip } from "./tooltip";

prepareECharts();
install([CanvasRenderer, TooltipComponent]);

interface Props {
  readonly part: ChartPart;
  readonly theme: ThemeName;
  readonly language: Language;
}

const classes = { title: css.tipTitle ?? "", row: css.tipRow ?? "", name: css.tipName ?? "", value: css.tipValue ?? "" };

/** One live chart: the option as an export draws it, and a tooltip on top. */
export function Canvas({ part, theme, language }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const chart = useRef<ECharts | null>(null);
  useEffect(() => {
    if (!box.current) return;
    chart.current = init(box.current, echartsTheme(theme), { renderer: "canvas", width: 10, height: 10 });
    return () => chart.current?.dispose();
  }, [theme]);
  useEffect(() => {
    const { option, hover, width, height } = part;
    provideMap(part.map);
    chart.current?.resize({ width, height });
    chart.current?.setOption(
      { ...option, tooltip: { trigger: hover.trigger, formatter: (params: never) => tooltip(params, hover, language, classes) } },
      { notMerge: true },
    );
  }, [part, theme, language]);
  return <div ref={box} className={css.canvas} style={{ left: part.x, top: part.y, width: part.width, height: part.height }} />;
}
