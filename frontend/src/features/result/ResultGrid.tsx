import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useApi } from "../../api/context";
import type { Column, ColumnProfile, Result } from "../../api/types";
import { Grid, PageSource, TextSource, heightOf } from "../grid";
import css from "./Result.module.css";
import { useExports } from "./useExports";

interface Props {
  readonly result: Result;
  readonly label: string;
  /** Name of an exported file, without its ending. */
  readonly fileName: string;
  /** Rows shown at most, or the parent's height. */
  readonly rows?: number | "fill";
  readonly note?: ReactNode;
  readonly onFocus?: ((column: Column | undefined, value: string | null | undefined, profile: ColumnProfile | undefined) => void) | undefined;
}

/** A stored result in the grid: pages over Arrow, profile in the heads, export in the foot. */
export function ResultGrid(props: Props) {
  return <OneResult key={props.result.id} {...props} />;
}

function OneResult({ result, label, fileName, rows = 8, note, onFocus }: Props) {
  const api = useApi();
  const { t } = useTranslation();
  const [sort, setSort] = useState<string | undefined>();
  // News of the same result comes as a new object; its columns are the same, and so is what was selected in them.
  const [columns] = useState(result.columns);
  const gone = result.gone === true;
  const source = useMemo(
    () => (gone ? new TextSource(result.head ?? []) : new PageSource(result.rows, (want, signal) => api.rows(result.id, want, signal), sort)),
    [api, gone, result.head, result.id, result.rows, sort],
  );
  const profile = useQuery({ queryKey: ["profile", result.id], queryFn: ({ signal }) => api.profile(result.id, signal), enabled: !gone && result.rows > 0, staleTime: Infinity, retry: false });
  const exports = useExports(result, fileName);
  const focus = useMemo(() => onFocus && ((column: Column | undefined, value: string | null | undefined) => onFocus(column, value, profile.data?.find((entry) => entry.name === column?.name))), [onFocus, profile.data]);
  return (
    <Grid
      label={label} columns={columns} source={source} profiles={profile.data} sort={sort} onSort={gone ? undefined : setSort}
      height={rows === "fill" ? "fill" : heightOf(gone ? (result.head?.length ?? 0) : result.rows, rows)} exports={gone ? [] : exports}
      note={gone ? <span className={css.gone}>{t("result.gone")}</span> : note} onFocus={focus}
    />
  );
}
