import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useApi } from "../../api/context";
import { asProblem } from "../../api/problem";
import { bytes } from "../../lib/format";
import { cx, ErrorState, ProgressBar, Skeleton } from "../../ui";
import { chosen, type Wishes } from "./command";
import css from "./Export.module.css";

interface Props {
  readonly name: string;
  readonly params: Readonly<Record<string, string>>;
  readonly wishes: Wishes;
}

/** The widest preview: what a dialog can show on a sharp screen. */
const previewWidth = 1600;

/** The engine's own picture, made small; nothing here photographs the page. */
export function Preview({ name, params, wishes }: Props) {
  const { t } = useTranslation();
  const api = useApi();
  const { theme, language } = wishes;
  const picture = useQuery({
    queryKey: ["export-preview", name, params, theme, language],
    queryFn: async ({ signal }) => new Blob([await api.exportDashboard(name, { format: "png", theme, language, width: previewWidth, scale: 1, params: chosen(params) }, signal)], { type: "image/png" }),
    placeholderData: (before) => before,
    gcTime: 60_000,
  });
  const url = useObjectUrl(picture.data);
  const [size, setSize] = useState<{ width: number; height: number } | null>(null);
  const height = size ? Math.round((size.height * wishes.width * wishes.scale) / size.width) : null;
  return (
    <div className={css.preview}>
      <div className={css.facts}>
        <b>{t("export.exact")}</b>
        {height !== null && <span>{t("export.pixels", { width: wishes.width * wishes.scale, height })}</span>}
        <span className="sp" />
        {picture.isFetching && <ProgressBar value={undefined} label={t("export.making")} accent width={80} />}
        {wishes.format === "png" && wishes.width * wishes.scale === previewWidth && picture.data && <span>{bytes(picture.data.size)}</span>}
      </div>
      <div className={css.stage}>
        {picture.isError && <ErrorState message={asProblem(picture.error).message} hint={asProblem(picture.error).hint} />}
        {!url && !picture.isError && <div className={css.sheet}><Skeleton rows={8} label={t("export.making")} /></div>}
        {url && <img className={cx(picture.isFetching && css.dim)} src={url} alt={t("export.preview")} onLoad={(e) => setSize({ width: e.currentTarget.naturalWidth, height: e.currentTarget.naturalHeight })} />}
      </div>
    </div>
  );
}

/** useObjectUrl gives a blob an address for as long as it is shown. */
function useObjectUrl(blob: Blob | undefined): string | null {
  const [url, setUrl] = useState<string | null>(null);
  useEffect(() => {
    if (!blob) return;
    const made = URL.createObjectURL(blob);
    // eslint-disable-next-line react-hooks/set-state-in-effect -- the address must be given back when the blob goes
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [blob]);
  return url;
}
