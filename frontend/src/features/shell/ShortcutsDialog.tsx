import { useTranslation } from "react-i18next";
import { type Action, type ActionGroup, useRegistry } from "../../lib/action";
import { Dialog, Kbd } from "../../ui";
import css from "./Settings.module.css";

const GROUPS: readonly ActionGroup[] = ["general", "workspace", "notebook", "cell", "table", "dashboard"];

/** The shortcuts sheet: every action that has a key, from the one registry. */
export function ShortcutsDialog({ open, onClose }: { readonly open: boolean; readonly onClose: () => void }) {
  const { t } = useTranslation();
  const actions = useRegistry((state) => state.actions);
  const keyed = (group: ActionGroup): Action[] => [...actions.values()].filter((action) => action.group === group && (action.keys?.length ?? 0) > 0);
  return (
    <Dialog open={open} title={t("shortcuts.title")} width={760} onClose={onClose}>
      <div className={css.cols}>
        {GROUPS.map((group) => ({ group, list: keyed(group) })).filter(({ list }) => list.length > 0).map(({ group, list }) => (
          <section key={group} className={css.group}>
            <h3>{t(`shortcuts.${group}`)}</h3>
            {list.map((action) => (
              <div key={action.id} className={css.key}>
                <span className="sp">{t(action.label, action.values ?? {})}</span>
                <Kbd shortcut={action.keys?.[0] ?? ""} />
              </div>
            ))}
          </section>
        ))}
      </div>
    </Dialog>
  );
}
