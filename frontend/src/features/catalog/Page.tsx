/** Replaced below by the explorer. */
export function TablePage(_: { readonly name: string }) { return null; }
