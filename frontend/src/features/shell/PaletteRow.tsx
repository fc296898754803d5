import { IconChevronRight, IconLayoutDashboard, IconNotebook, IconTable, IconTerminal2 } from "@tabler/icons-react";
import { Fragment } from "react";
import { useTranslation } from "react-i18next";
import { Kbd } from "../../ui";
import { LayerMark } from "../catalog";
import { type Item, parts } from "./palette";
import css from "./Palette.module.css";

function Picture({ item }: { readonly item: Item }) {
  if (item.kind === "table") return <span className={css.icon}>{item.layer ? <LayerMark layer={item.layer} letters={false} /> : <IconTable size={16} />}</span>;
  if (item.document === "dashboard") return <IconLayoutDashboard size={16} aria-hidden />;
  if (item.kind === "document") return <IconNotebook size={16} aria-hidden />;
  if (item.kind === "cell") return <IconTerminal2 size={16} aria-hidden />;
  const Icon = item.action?.icon ?? IconChevronRight;
  return <Icon size={16} />;
}

export function PaletteRow({ item }: { readonly item: Item }) {
  const { t } = useTranslation();
  const shortcut = item.action?.keys?.[0] ?? "";
  return (
    <>
      <Picture item={item} />
      <span>{parts(item.title, item.hit).map((part, i) => (part.marked ? <b key={i}>{part.text}</b> : <Fragment key={i}>{part.text}</Fragment>))}</span>
      <span className={`${css.note} ell`}>{item.note}</span>
      <span className="sp" />
      {item.kind !== "action" && <span className={css.open}>{t("palette.open")}<Kbd shortcut="Enter" /></span>}
      {shortcut !== "" && <Kbd shortcut={shortcut} />}
    </>
  );
}
