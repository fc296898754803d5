import { type ReactNode, useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import type { LinkState } from "../../api/events";
import { type DocumentRef, tabKey, useNavigation } from "../../lib/navigation";
import { Button, ErrorBoundary, ErrorState, cx } from "../../ui";
import { Nothing } from "./Nothing";
import { Rail } from "./Rail";
import css from "./Shell.module.css";
import { SideBar } from "./SideBar";
import { StatusBar } from "./StatusBar";
import { TopBar } from "./TopBar";

const NARROW = "(max-width: 900px)";

function useNarrow(): boolean {
  return useSyncExternalStore(
    (changed) => {
      const query = typeof matchMedia === "function" ? matchMedia(NARROW) : null;
      query?.addEventListener("change", changed);
      return () => query?.removeEventListener("change", changed);
    },
    () => typeof matchMedia === "function" && matchMedia(NARROW).matches,
  );
}

interface Props {
  readonly link: LinkState;
  readonly page: (ref: DocumentRef, active: boolean) => ReactNode;
}

/** The frame of an open workspace. Pages stay mounted while their tab is open, so nothing typed is lost by switching. */
export function Shell({ link, page }: Props) {
  const { t } = useTranslation();
  const tabs = useNavigation((nav) => nav.tabs);
  const active = useNavigation((nav) => nav.active);
  const rail = useNavigation((nav) => nav.rail);
  const folded = useNarrow() !== rail;
  return (
    <div className={cx(css.app, folded && css.folded)}>
      <TopBar folded={folded} />
      {folded ? <Rail /> : <SideBar />}
      <main className={css.main}>
        {tabs.map((tab) => (
          <div key={tabKey(tab)} className={css.page} hidden={tabKey(tab) !== active}>
            <ErrorBoundary
              resetKey={tabKey(tab)}
              fallback={(error, again) => (
                <div className={css.fault}>
                  <ErrorState message={t("shell.pageFailed", { name: tab.title })} hint={t("shell.pageFailedHint")} source={error.message} action={<Button onClick={again}>{t("common.tryAgain")}</Button>} />
                </div>
              )}
            >
              {page(tab, tabKey(tab) === active)}
            </ErrorBoundary>
          </div>
        ))}
        {tabs.length === 0 && (
          <div className={css.nothing}>
            <Nothing />
          </div>
        )}
      </main>
      <StatusBar link={link} />
    </div>
  );
}
