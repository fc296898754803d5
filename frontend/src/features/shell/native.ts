/** The window's own dialogs. Nothing else of the product goes through here; in a browser all of it is absent. */
import type { Endpoint } from "../../api/endpoint";

/** The object that app/window binds. Dialogs answer "" when they are cancelled. */
interface Bridge {
  Endpoint(): Promise<Endpoint>;
  OpenFolder(title: string): Promise<string>;
  OpenFile(title: string): Promise<string>;
  SaveFile(title: string, name: string): Promise<string>;
}

interface Injected {
  go?: { window?: { Bridge?: Partial<Bridge> } };
}

function bridge(): Partial<Bridge> | undefined {
  return (window as unknown as Injected).go?.window?.Bridge;
}

export function inWindow(): boolean {
  return bridge() !== undefined;
}

/** nativeEndpoint is the API's address in the window, undefined in a browser. */
export async function nativeEndpoint(): Promise<Endpoint | undefined> {
  return bridge()?.Endpoint?.();
}

export async function chooseFolder(title: string): Promise<string | undefined> {
  const open = bridge()?.OpenFolder;
  return open ? (await open(title)) || "" : undefined;
}

export async function chooseFile(title: string): Promise<string | undefined> {
  const open = bridge()?.OpenFile;
  return open ? (await open(title)) || "" : undefined;
}

/** chooseSave asks where to write; undefined where there is no native dialog, "" when it was cancelled. */
export async function chooseSave(title: string, name: string): Promise<string | undefined> {
  const save = bridge()?.SaveFile;
  return save ? (await save(title, name)) || "" : undefined;
}
