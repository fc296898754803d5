import type { Catalog, Database, Layer, TableEntry } from "../../api/types";

export interface LayerGroup {
  readonly layer: Layer;
  readonly tables: readonly TableEntry[];
}

const ORDER: readonly Layer[] = ["ods", "dwd", "dws", "ads", ""];

/** byLayer groups a database's tables ODS, DWD, DWS, ADS, then the rest; empty layers are left out. */
export function byLayer(database: Database): LayerGroup[] {
  return ORDER.map((layer) => ({ layer, tables: database.tables.filter((table) => (table.layer ?? "") === layer) })).filter((group) => group.tables.length > 0);
}

/** matching keeps what the filter finds; the letters may stand apart (adsret finds ads_retention_daily). */
export function matching(catalog: Catalog, filter: string): Catalog {
  if (filter.trim() === "") return catalog;
  const databases = catalog.databases
    .map((database) => (fits(database.name, filter) ? database : { ...database, tables: database.tables.filter((table) => fits(table.name, filter)) }))
    .filter((database) => database.tables.length > 0 || fits(database.name, filter));
  return { databases };
}

/** fits: the filter's letters appear in the name in this order, without regard to case. */
export function fits(name: string, filter: string): boolean {
  const letters = filter.toLowerCase().replace(/\s+/g, "");
  const hay = name.toLowerCase();
  if (hay.includes(letters)) return true;
  let at = 0;
  for (const letter of letters) {
    at = hay.indexOf(letter, at) + 1;
    if (at === 0) return false;
  }
  return letters.length >= 3;
}
