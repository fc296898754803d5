import { type Table, tableFromIPC } from "apache-arrow";

/** One page of a result, decoded. `offset` is the row number of its first row in the whole result. */
export interface Page {
  readonly offset: number;
  readonly rows: number;
  readonly bytes: number;
  readonly table: Table;
}

/** decodePage reads an Arrow IPC stream. Columns stay in their Arrow buffers; no row objects are made. */
export function decodePage(body: ArrayBuffer, offset: number): Page {
  const table = tableFromIPC(new Uint8Array(body));
  return { offset, rows: table.numRows, bytes: body.byteLength, table };
}
