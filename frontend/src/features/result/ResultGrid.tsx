import { useQuery } from "@tanstack/react-query";
import { IconBraces, IconCsv, IconFileArrowRight, IconTable } from "@tabler/icons-react";
import { type ReactNode, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useApi } from "../../api/context";
import { asProblem } from "../../api/problem";
import type { Column, ColumnProfile, FileFormat, Result } from "../../api/types";
import { bytes as size } from "../../lib/format";
import { toast } from "../../lib/toast";
import type { MenuEntry } from "../../ui";
import { Grid, PageSource, TextSource, heightOf } from "../grid";
import { chooseSave } from "../shell";
import css from "./Result.module.css";

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

const FORMATS: readonly { readonly format: FileFormat; readonly icon: typeof IconCsv }[] = [
  { format: "csv", icon: IconCsv },
  { format: "parquet", icon: IconTable },
  { format: "json", icon: IconBraces },
  { format: "arrow", icon: IconFileArrowRight },
];

/** useExports offers a result as files: by the window's own dialog, else by the browser's download. */
function useExports(result: Result, name: string): MenuEntry[] {
  const api = useApi();
  const { t } = useTranslation();
  const save = async (format: FileFormat) => {
    const file = `${name}.${format}`;
    try {
      const path = await chooseSave(t("result.saveAs", { name: file }), file);
      if (path === "") return;
      if (path !== undefined) {
        const saved = await api.saveFile({ path, result: result.id, format });
        return void toast(t("result.saved", { path: saved.path, size: size(saved.bytes) }), { tone: "ok" });
      }
      const link = document.createElement("a");
      link.href = api.fileUrl(result.id, format);
      link.download = file;
      link.click();
    } catch (error) {
      toast(asProblem(error).message, { tone: "danger" });
    }
  };
  return FORMATS.map(({ format, icon: Icon }) => ({ key: format, label: t(`result.format.${format}`), icon: <Icon size={16} />, run: () => void save(format) }));
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
