import { IconSearch } from "@tabler/icons-react";
import { Command } from "cmdk";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useCatalog, useDashboards, useNotebooks } from "../../api/queries";
import { useRegistry } from "../../lib/action";
import { openDocument, showPalette, useNavigation } from "../../lib/navigation";
import { usePlaces } from "../../lib/places";
import { Kbd, Sheet } from "../../ui";
import { type Item, type ItemKind, itemsFor } from "./palette";
import css from "./Palette.module.css";
import { PaletteRow } from "./PaletteRow";

const GROUPS: readonly { readonly key: string; readonly kinds: readonly ItemKind[] }[] = [
  { key: "tables", kinds: ["table"] },
  { key: "places", kinds: ["cell", "document"] },
  { key: "actions", kinds: ["action"] },
];
const MOST = 8;

function choose(item: Item): void {
  showPalette(false);
  if (item.kind === "table") openDocument({ kind: "table", name: item.id, title: item.title });
  else if (item.document) openDocument({ kind: item.document, name: item.id, title: item.title });
  else if (item.place) item.place.go();
  else void item.action?.run();
}

function PaletteBody() {
  const { t } = useTranslation();
  const [text, setText] = useState("");
  const open = useNavigation((nav) => nav.palette);
  const catalog = useCatalog(open).data;
  const notebooks = useNotebooks(open).data;
  const dashboards = useDashboards(open).data;
  const places = usePlaces((state) => state.byOwner);
  const registry = useRegistry((state) => state.actions);
  const items = useMemo(
    () => itemsFor(text, { catalog, notebooks: notebooks ?? [], dashboards: dashboards ?? [], places: [...places.values()].flat(), actions: [...registry.values()], label: (action) => t(action.label, action.values ?? {}) }),
    [text, catalog, notebooks, dashboards, places, registry, t],
  );
  const narrowed = /^[>@#]/.test(text);
  const groups = GROUPS.map((group) => ({ ...group, items: items.filter((item) => group.kinds.includes(item.kind)).slice(0, narrowed ? 50 : MOST) })).filter((group) => group.items.length > 0);
  groups.sort((a, b) => (text.trim() === "" ? 0 : (a.items[0]?.hit.score ?? 0) - (b.items[0]?.hit.score ?? 0)));
  return (
    <Command shouldFilter={false} loop label={t("shell.find")}>
      <div className={css.input}>
        <IconSearch size={16} aria-hidden />
        <Command.Input autoFocus value={text} onValueChange={setText} placeholder={t("palette.placeholder")} />
        <Kbd shortcut="Escape" />
      </div>
      <Command.List className={css.list} label={t("palette.results")}>
        {groups.length === 0 && <div className={css.none}>{t("palette.none", { text })}</div>}
        {groups.map((group) => (
          <Command.Group key={group.key} heading={t(`palette.${group.key}`)}>
            {group.items.map((item) => (
              <Command.Item key={`${item.kind}/${item.id}`} value={`${item.kind}/${item.id}`} className={css.item} onSelect={() => choose(item)}>
                <PaletteRow item={item} />
              </Command.Item>
            ))}
          </Command.Group>
        ))}
      </Command.List>
      <div className={css.foot}>
        <span><Kbd shortcut=">" />{t("palette.action")}</span>
        <span><Kbd shortcut="@" />{t("palette.table")}</span>
        <span><Kbd shortcut="#" />{t("palette.cell")}</span>
        <span className="sp" />
        <span><Kbd shortcut="ArrowUp" /><Kbd shortcut="ArrowDown" />{t("palette.move")}</span>
      </div>
    </Command>
  );
}

/** The command palette: tables, cells, documents and every action, by name. */
export function Palette() {
  const { t } = useTranslation();
  const open = useNavigation((nav) => nav.palette);
  return (
    <Sheet open={open} label={t("shell.find")} width={640} top={96} onClose={() => showPalette(false)}>
      <PaletteBody />
    </Sheet>
  );
}
