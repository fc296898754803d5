/** The engine tells what a statement did in plain English; these are the sentences it knows, as keys and their name. */
const SENTENCES: readonly (readonly [RegExp, string])[] = [
  [/^database (\S+)$/, "database"],
  [/^table (\S+) is there already$/, "there"],
  [/^table (\S+) created$/, "created"],
  [/^table (\S+) dropped$/, "dropped"],
  [/^there was no table (\S+)$/, "none"],
  [/^view (\S+)$/, "view"],
  [/^temporary view (\S+)$/, "temporary"],
];

/** saidOf finds the translated form of a sentence; undefined for one it does not know, which is then shown as it came. */
export function saidOf(message: string): { readonly key: string; readonly name: string } | undefined {
  for (const [form, key] of SENTENCES) {
    const name = form.exec(message)?.[1];
    if (name !== undefined) return { key: `notebook.said.${key}`, name };
  }
  return undefined;
}
