import type { Catalog, DocumentInfo, Layer } from "../../api/types";
import { type Action, isEnabled } from "../../lib/action";
import type { DocumentKind } from "../../lib/navigation";
import type { Place } from "../../lib/places";
import { type Hit, search } from "../../lib/search";

export type ItemKind = "table" | "cell" | "document" | "action";

export interface Item {
  readonly id: string;
  readonly kind: ItemKind;
  readonly title: string;
  readonly note: string;
  readonly hit: Hit;
  readonly layer?: Layer;
  readonly document?: DocumentKind;
  readonly action?: Action;
  readonly place?: Place;
}

export interface Source {
  readonly catalog: Catalog | undefined;
  readonly notebooks: readonly DocumentInfo[];
  readonly dashboards: readonly DocumentInfo[];
  readonly places: readonly Place[];
  readonly actions: readonly Action[];
  readonly label: (action: Action) => string;
}

const PREFIX: Record<string, readonly ItemKind[]> = { ">": ["action"], "@": ["table"], "#": ["cell", "document"] };

/** itemsFor is what the palette shows for a text: its first letter may narrow the kind (> action, @ table, # cell). */
export function itemsFor(text: string, source: Source): Item[] {
  const kinds = PREFIX[text.charAt(0)];
  const query = kinds ? text.slice(1) : text;
  const all: Item[] = [];
  const add = (item: Omit<Item, "hit">, extra = "") => {
    if (kinds && !kinds.includes(item.kind)) return;
    const hit = search(item.title, query) ?? weaker(search(`${item.note} ${extra}`, query));
    if (hit) all.push({ ...item, hit });
  };
  for (const database of source.catalog?.databases ?? []) {
    for (const table of database.tables) add({ id: `${database.name}.${table.name}`, kind: "table", title: table.name, note: database.name, layer: table.layer ?? "" });
  }
  for (const place of source.places) add({ id: place.id, kind: "cell", title: place.title, note: place.note, place });
  for (const doc of source.notebooks) add({ id: doc.name, kind: "document", title: doc.name, note: doc.title, document: "notebook" });
  for (const doc of source.dashboards) add({ id: doc.name, kind: "document", title: doc.title, note: doc.name, document: "dashboard" });
  for (const action of source.actions) {
    if (!action.quiet && isEnabled(action)) add({ id: action.id, kind: "action", title: source.label(action), note: "", action }, action.words);
  }
  return all.sort((a, b) => a.hit.score - b.hit.score);
}

function weaker(hit: Hit | undefined): Hit | undefined {
  return hit && { score: hit.score + 30, marks: [] };
}

/** parts cuts a title into plain and marked pieces. */
export function parts(title: string, hit: Hit): { readonly text: string; readonly marked: boolean }[] {
  const out: { text: string; marked: boolean }[] = [];
  let at = 0;
  for (const [start, end] of hit.marks) {
    if (start > at) out.push({ text: title.slice(at, start), marked: false });
    out.push({ text: title.slice(start, end), marked: true });
    at = end;
  }
  if (at < title.length) out.push({ text: title.slice(at), marked: false });
  return out;
}
