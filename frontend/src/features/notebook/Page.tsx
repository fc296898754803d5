export function NotebookPage(_: { readonly name: string; readonly active: boolean }) { return null; }
