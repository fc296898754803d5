import { IconCopy, IconDownload, IconFileTypePdf, IconPhoto, IconVector } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useScheme } from "../../lib/useScheme";
import { toast } from "../../lib/toast";
import { Button, cx, Dialog, Segmented, Select } from "../../ui";
import { textIn, type DashboardDocument } from "../chart";
import { exportCommand, type Wishes } from "./command";
import css from "./Export.module.css";
import { Preview } from "./Preview";
import { useSave } from "./useSave";

interface Props {
  readonly document: DashboardDocument;
  readonly params: Readonly<Record<string, string>>;
  readonly onClose: () => void;
}

const formats: readonly { readonly format: Wishes["format"]; readonly icon: typeof IconPhoto }[] = [
  { format: "png", icon: IconPhoto },
  { format: "svg", icon: IconVector },
  { format: "pdf", icon: IconFileTypePdf },
];

const widths = [1280, 1600, 1920, 2560, 3840];

/** What leaves as a picture, seen exactly, with the command that makes it again. */
export function ExportDialog({ document, params, onClose }: Props) {
  const { t, i18n } = useTranslation();
  const scheme = useScheme();
  const language = i18n.language === "zh-CN" ? "zh-CN" : "en";
  const [wishes, setWishes] = useState<Wishes>({ format: "png", theme: scheme, language, width: 1600, scale: 1 });
  const set = (change: Partial<Wishes>): void => setWishes({ ...wishes, ...change });
  const command = exportCommand(document.name, params, wishes);
  const save = useSave(document.name, params, wishes, onClose);
  const copy = (): void => void navigator.clipboard.writeText(command).then(() => toast(t("export.copied")), () => toast(t("dashboard.copyFailed"), { tone: "danger" }));
  return (
    <Dialog
      open title={t("export.title", { name: textIn(document.title, language) })} width={1120} onClose={onClose}
      foot={
        <>
          <span className="sp" />
          <Button onClick={onClose}>{t("common.cancel")}</Button>
          <Button kind="primary" icon={<IconDownload size={16} />} disabled={save.isPending} onClick={() => save.mutate()}>
            {save.isPending ? t("export.making") : t("export.save", { format: wishes.format.toUpperCase() })}
          </Button>
        </>
      }
    >
      <div className={css.parts}>
        <Preview name={document.name} params={params} wishes={wishes} />
        <div className={css.side}>
          <div className={css.formats} role="group" aria-label={t("export.format")}>
            {formats.map(({ format, icon: Icon }) => (
              <button key={format} type="button" aria-pressed={wishes.format === format} className={cx(css.format, wishes.format === format && css.chosen)} onClick={() => set({ format })}>
                <Icon size={20} aria-hidden />
                {format.toUpperCase()}
              </button>
            ))}
          </div>
          <Field label={t("export.width")}>
            <Select label={t("export.width")} value={String(wishes.width)} options={widths.map((w) => ({ value: String(w), label: `${w} px` }))} onChange={(w) => set({ width: Number(w) })} />
          </Field>
          <Field label={t("export.scale")}>
            <Segmented framed label={t("export.scale")} value={String(wishes.scale)} options={[1, 2, 3, 4].map((s) => ({ value: String(s), label: `${s}×` }))} onChange={(s) => set({ scale: Number(s) })} />
          </Field>
          <Field label={t("export.theme")}>
            <Segmented framed label={t("export.theme")} value={wishes.theme} options={[{ value: "light", label: t("export.light") }, { value: "dark", label: t("export.dark") }]} onChange={(theme) => set({ theme: theme as Wishes["theme"] })} />
          </Field>
          <Field label={t("export.language")}>
            <Segmented framed label={t("export.language")} value={wishes.language} options={[{ value: "en", label: "English, K M B" }, { value: "zh-CN", label: "中文，万 亿" }]} onChange={(l) => set({ language: l as Wishes["language"] })} />
          </Field>
          <div className={css.commandHead}>
            <b>{t("export.command")}</b>
            <span className="sp" />
            <Button kind="accent" size="sm" icon={<IconCopy size={14} />} onClick={copy}>{t("common.copy")}</Button>
          </div>
          <pre className={css.command}>{command.replace(/ (--|-p)/g, " \\\n  $1")}</pre>
        </div>
      </div>
    </Dialog>
  );
}

function Field({ label, children }: { readonly label: string; readonly children: React.ReactNode }) {
  return (
    <div className={css.field}>
      <span>{label}</span>
      {children}
    </div>
  );
}
