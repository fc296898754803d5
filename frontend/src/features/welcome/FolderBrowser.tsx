import { useQuery } from "@tanstack/react-query";
import { IconArrowUp, IconDatabase, IconFile, IconFolder, IconStack2, IconTable } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useApi } from "../../api/context";
import { asProblem } from "../../api/problem";
import type { FolderEntry } from "../../api/types";
import { bytes } from "../../lib/format";
import { Chip, ErrorState, IconButton, Skeleton, TextField, cx } from "../../ui";
import css from "./Folder.module.css";

const ICONS = { folder: IconFolder, workspace: IconStack2, warehouse: IconDatabase, table: IconTable, file: IconFile };

interface Props {
  /** What may be chosen: a folder, or a data file. */
  readonly pick: "folder" | "file";
  readonly value: string;
  readonly onChange: (path: string) => void;
  /** A file's path was typed and confirmed. */
  readonly onFile?: (path: string) => void;
}

/** Whether a typed path or pattern is of data files, by its end. */
export const namesFiles = (path: string): boolean => /\.(parquet|csv|tsv|json|ndjson|jsonl|orc)(\.(gz|zst))?$/i.test(path);

/** folderOf is what can be listed of a path: of a pattern the folders before its first star, of a file those before it. */
export function folderOf(path: string): string {
  const star = path.indexOf("*");
  if (star < 0 && !namesFiles(path)) return path;
  return path.slice(0, path.lastIndexOf("/", star < 0 ? path.length : star) + 1) || "/";
}

/** A folder chooser over the engine's own view of the disk, for browsers, which have none. */
export function FolderBrowser({ pick, value, onChange, onFile }: Props) {
  const { t } = useTranslation();
  const api = useApi();
  const [at, setAt] = useState("");
  const listing = useQuery({ queryKey: ["folders", at], queryFn: () => api.folders(at), retry: false });
  const go = (path: string) => { setAt(folderOf(path)); if (pick === "folder") onChange(path); };
  const confirm = (path: string) => { go(path); if (pick === "file" && namesFiles(path)) onFile?.(path); };
  const choose = (entry: FolderEntry) => (entry.kind === "file" ? onChange(entry.path) : go(entry.path));
  const entries = (listing.data?.entries ?? []).filter((entry) => pick === "file" || entry.kind !== "file");
  const shown = value === "" ? (listing.data?.path ?? at) : value;
  return (
    <div>
      <div className={css.path}>
        <IconButton label={t("folder.up")} disabled={!listing.data?.parent} onClick={() => listing.data?.parent && go(listing.data.parent)}><IconArrowUp size={16} /></IconButton>
        <TextField aria-label={t("folder.path")} value={shown} onChange={onChange} onKeyDown={(e) => e.key === "Enter" && confirm(shown)} />
      </div>
      <div className={css.list} role="group" aria-label={t("folder.contents")}>
        {listing.isPending && <div className={css.pad}><Skeleton rows={5} label={t("common.loading")} /></div>}
        {listing.isError && <div className={css.pad}><ErrorState message={asProblem(listing.error).message} hint={asProblem(listing.error).hint} /></div>}
        {listing.data && entries.length === 0 && <div className={css.pad}>{t("folder.empty")}</div>}
        {entries.map((entry) => {
          const Icon = ICONS[entry.kind];
          return (
            <button key={entry.path} type="button" className={cx(css.entry, entry.path === value && css.on)} onClick={() => choose(entry)}>
              <Icon size={16} aria-hidden />
              <span className="ell">{entry.name}</span>
              {entry.kind !== "folder" && entry.kind !== "file" && <Chip tone="accent">{t(`folder.kind.${entry.kind}`)}</Chip>}
              <span className="sp" />
              {entry.sizeBytes !== undefined && <span className={css.size}>{bytes(entry.sizeBytes)}</span>}
            </button>
          );
        })}
      </div>
    </div>
  );
}
