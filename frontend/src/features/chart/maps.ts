/** A region of a map pack, by all the names it goes by. */
export interface Region {
  readonly adcode: string;
  readonly name: string;
  readonly fullName: string;
  readonly en: string;
  readonly aliases: readonly string[];
}

/** A map pack: its regions, and the region of each spelling. */
export interface MapPack {
  readonly regions: readonly Region[];
  readonly bySpelling: ReadonlyMap<string, Region>;
}

interface Feature {
  readonly properties?: Record<string, unknown> | null;
}

/** What a GeoJSON file must have to be a map pack. */
export interface GeoJSON {
  readonly type: string;
  readonly features: readonly Feature[];
}

/** Spaces, case and punctuation do not tell places apart. */
export const spelling = (s: string): string => s.normalize("NFKC").toLowerCase().replace(/[\s'’·.\-_,，]+/g, "");

/** Words that Chinese and English writers add to a division's name. */
const suffix = /(?:特别行政区|(?:壮族|回族|维吾尔)?自治区|省|市|province|municipality|autonomousregion|sar)$/;

/** Reads the names of a GeoJSON; a foreign pack may have `name` alone. */
export function readPack(geo: GeoJSON): MapPack {
  const text = (v: unknown): string => (typeof v === "string" || typeof v === "number" ? String(v) : "");
  const regions = geo.features.map((f): Region => {
    const q = f.properties ?? {};
    const aliases = Array.isArray(q["aliases"]) ? q["aliases"].map(text) : [];
    return { adcode: text(q["adcode"]), name: text(q["name"]), fullName: text(q["fullName"]), en: text(q["en"]), aliases };
  });
  const bySpelling = new Map<string, Region>();
  for (const r of regions) {
    const short = /^\d{2}0000$/.test(r.adcode) ? [r.adcode.slice(0, 2)] : [];
    for (const s of [r.name, r.fullName, r.en, r.adcode, ...short, ...r.aliases]) {
      const key = spelling(s);
      if (key !== "" && !bySpelling.has(key)) bySpelling.set(key, r);
    }
  }
  return { regions, bySpelling };
}

/** The region that a raw value means; undefined when none. */
export function regionOf(pack: MapPack, raw: string): Region | undefined {
  const key = spelling(raw);
  return pack.bySpelling.get(key) ?? pack.bySpelling.get(key.replace(suffix, ""));
}

const packs = new Map<string, MapPack & { readonly geo: GeoJSON }>();

/** Makes a map known; engine.ts hands it to ECharts when a chart first draws it. */
export function registerMap(name: string, geo: GeoJSON): void {
  packs.set(name, { ...readPack(geo), geo });
}

export const mapPack = (name: string): (MapPack & { readonly geo: GeoJSON }) | undefined => packs.get(name);
