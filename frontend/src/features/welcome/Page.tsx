import { IconFileImport, IconFolderOpen, IconFolderPlus, IconHistory, IconLanguage, IconMoon, IconPlayerStop, IconShieldLock, IconSun } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useApi } from "../../api/context";
import { useAbout, useSettings } from "../../api/queries";
import { runAction, shortcutOf } from "../../lib/action";
import { localMoment } from "../../lib/format";
import { type Language, changeLook, useLook } from "../../lib/look";
import { useScheme } from "../../lib/useScheme";
import { Button, ErrorState, Kbd, Select, cx } from "../../ui";
import { Mark } from "../shell";
import { SamplePicture } from "./SamplePicture";
import { Steps } from "./Steps";
import { stepsOf } from "./steps";
import { openResults, useDemoRun, useDemoState, useStartDemo } from "./useDemo";
import { useOpenWorkspace } from "./useOpenWorkspace";
import css from "./Welcome.module.css";

function Row({ icon, name, note, after, onClick }: { readonly icon: ReactNode; readonly name: string; readonly note: string; readonly after?: ReactNode; readonly onClick: () => void }) {
  return (
    <button type="button" className={css.row} onClick={onClick}>
      {icon}
      <span className={cx(css.rowName, "ell")}>{name}</span>
      <span className="t2 ell">{note}</span>
      <span className="sp" />
      {after}
    </button>
  );
}

function Sample() {
  const { t } = useTranslation();
  const api = useApi();
  const start = useStartDemo();
  const { opening, problem } = useDemoState();
  const { started, job, cells } = useDemoRun();
  const busy = opening || (started !== null && job?.state !== "error" && job?.state !== "cancelled");
  const failed = started !== null && !busy;
  const steps = stepsOf(started ? cells : [], started ? job : undefined);
  return (
    <>
      <section className={cx(css.card, busy && css.busy)} aria-label={t("welcome.game.name")}>
        <div className={css.picture}><SamplePicture /></div>
        <div className={css.text}>
          <h2 className={css.name}>{t("welcome.game.name")}</h2>
          <p className={css.about}>{t("welcome.game.about")}</p>
          <p className={css.facts}><span>{t("welcome.game.rows")}</span><span>{t("welcome.game.tables")}</span><span>{t("welcome.game.days")}</span></p>
          {busy && job ? (
            <Button size="lg" className={css.open} icon={<IconPlayerStop size={16} />} onClick={() => void api.cancelJob(job.id)}>{t("status.stop")}</Button>
          ) : (
            <Button kind="primary" size="lg" className={css.open} disabled={opening} onClick={() => void start()}>{t("welcome.game.open")}</Button>
          )}
        </div>
      </section>
      <Steps steps={steps} idle={!started} />
      {problem && <div className={css.fault}><ErrorState message={problem.message} hint={problem.hint} /></div>}
      {failed && (
        <div className={css.fault}>
          <ErrorState
            message={job?.problem?.message ?? t(job?.state === "cancelled" ? "welcome.stopped" : "welcome.failed")} hint={job?.problem?.hint}
            action={<Button onClick={() => openResults({ ...started, dashboard: "" })}>{t("welcome.openNotebook")}</Button>}
          />
        </div>
      )}
    </>
  );
}

function Recent() {
  const { t } = useTranslation();
  const open = useOpenWorkspace();
  const recent = useSettings().data?.recent ?? [];
  if (recent.length === 0) return null;
  return (
    <section className={css.own}>
      <h2 className={css.ownHead}>{t("welcome.recent")}</h2>
      <div className={css.list}>
        {recent.slice(0, 5).map((workspace) => (
          <Row key={workspace.path} icon={<IconHistory size={16} aria-hidden />} name={workspace.name} note={workspace.path} onClick={() => void open({ path: workspace.path })} after={workspace.openedAt && <span className={css.rowTime}>{localMoment(workspace.openedAt)}</span>} />
        ))}
      </div>
    </section>
  );
}

function Foot() {
  const { t } = useTranslation();
  const language = useLook((look) => look.language);
  const scheme = useScheme();
  const about = useAbout().data;
  return (
    <footer className={css.foot}>
      <span className={css.footItem}><IconShieldLock size={14} aria-hidden />{t("welcome.private")}</span>
      <span className="sp" />
      <Select kind="bare" icon={<IconLanguage size={14} aria-hidden />} label={t("settings.language")} value={language} onChange={(value) => changeLook({ language: value as Language })} options={[{ value: "en", label: "English" }, { value: "zh-CN", label: "简体中文" }]} />
      <button type="button" className={css.footItem} onClick={() => runAction("app.theme")} aria-label={t("action.toggleTheme")}>
        {scheme === "dark" ? <IconMoon size={14} aria-hidden /> : <IconSun size={14} aria-hidden />}
        {t(`settings.themes.${scheme}`)}
      </button>
      <span className="t3 num">{about?.version}</span>
    </footer>
  );
}

/** The first page: the sample in one click, or the user's own data. */
export function WelcomePage() {
  const { t } = useTranslation();
  return (
    <div className={css.page}>
      <header className={css.brand}><Mark /><span>Laketop</span></header>
      <main className={css.scroll}>
        <div className={css.column}>
          <h1 className={css.title}>{t("welcome.title")}</h1>
          <p className={css.lead}>{t("welcome.lead")}</p>
          <Sample />
          <section className={css.own}>
            <h2 className={css.ownHead}>{t("welcome.own")}</h2>
            <div className={css.list}>
              <Row icon={<IconFolderOpen size={16} aria-hidden />} name={t("action.openFolder")} note={t("welcome.openNote")} after={<Kbd joined shortcut={shortcutOf("workspace.open") || "Mod+O"} />} onClick={() => runAction("workspace.open")} />
              <Row icon={<IconFileImport size={16} aria-hidden />} name={t("action.ownEvents")} note={t("welcome.eventsNote")} after={<Kbd joined shortcut={shortcutOf("workspace.ownEvents") || "Mod+I"} />} onClick={() => runAction("workspace.ownEvents")} />
              <Row icon={<IconFolderPlus size={16} aria-hidden />} name={t("action.newWorkspace")} note={t("welcome.newNote")} onClick={() => runAction("workspace.new")} />
            </div>
          </section>
          <Recent />
        </div>
      </main>
      <Foot />
    </div>
  );
}
