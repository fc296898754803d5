import { type ReactNode, useId } from "react";
import { useTranslation } from "react-i18next";
import { useAbout, useSaveSettings, useSettings, useStatus } from "../../api/queries";
import type { Settings } from "../../api/types";
import { gigabytes } from "../../lib/format";
import type { Language } from "../../lib/i18n";
import { type Theme, changeLook, useLook } from "../../lib/look";
import { Dialog, Segmented, Select } from "../../ui";
import css from "./Settings.module.css";

const GB = 1024 ** 3;

function Row({ name, note, children }: { readonly name: string; readonly note?: string; readonly children: ReactNode }) {
  return (
    <div className={css.row}>
      <div>
        <div className={css.name}>{name}</div>
        {note && <div className={css.note}>{note}</div>}
      </div>
      {children}
    </div>
  );
}

function Memory({ bytes, most, onChange }: { readonly bytes: number; readonly most: number; readonly onChange: (bytes: number) => void }) {
  const { t } = useTranslation();
  return (
    <div className={css.range}>
      <input type="range" aria-label={t("settings.memory")} min={0.5} max={Math.max(1, Math.floor(most / GB))} step={0.5} value={bytes / GB} onChange={(e) => onChange(Number(e.target.value) * GB)} />
      <output>{gigabytes(bytes)} GB</output>
    </div>
  );
}

/** Settings take effect at once; there is no OK button. */
export function SettingsDialog({ open, onClose }: { readonly open: boolean; readonly onClose: () => void }) {
  const { t } = useTranslation();
  const compatibleId = useId();
  const settings = useSettings().data;
  const about = useAbout().data;
  const sent = useStatus()?.requestsSent ?? 0;
  const save = useSaveSettings();
  const look = useLook();
  const change = (part: Partial<Settings>) => settings && save.mutate({ ...settings, ...part });
  const language = (value: string) => { changeLook({ language: value as Language }); change({ language: value as Language }); };
  const theme = (value: string) => { changeLook({ theme: value as Theme }); change({ theme: value as Theme }); };
  return (
    <Dialog open={open} title={t("settings.title")} width={600} onClose={onClose}>
      <Row name={t("settings.language")}>
        <Select label={t("settings.language")} value={look.language} onChange={language} options={[{ value: "en", label: "English" }, { value: "zh-CN", label: "简体中文" }]} />
      </Row>
      <Row name={t("settings.theme")}>
        <Segmented framed label={t("settings.theme")} value={look.theme} onChange={theme} options={(["system", "light", "dark"] as const).map((value) => ({ value, label: t(`settings.themes.${value}`) }))} />
      </Row>
      <Row name={t("settings.compatible")} note={t("settings.compatibleNote")}>
        <input id={compatibleId} type="checkbox" role="switch" className={css.switch} aria-label={t("settings.compatible")} checked={look.compatibleInput} onChange={(e) => changeLook({ compatibleInput: e.target.checked })} />
      </Row>
      {settings && (
        <Row name={t("settings.memory")} note={t("settings.memoryNote")}>
          <Memory bytes={settings.memoryBytes} most={about?.memoryBytes ?? 16 * GB} onChange={(memoryBytes) => change({ memoryBytes })} />
        </Row>
      )}
      <Row name={t("settings.privacy")} note={t("settings.privacyNote")}>
        <span className="num">{t("status.sent", { count: sent })}</span>
      </Row>
      <Row name={t("settings.about")} note={about ? `${about.os}, ${about.cores ?? "?"} CPU` : ""}>
        <span className="num t2">Laketop {about?.version}, DuckDB {about?.duckdb.replace(/^v/, "")}</span>
      </Row>
    </Dialog>
  );
}
