/** Where the grid's cells come from. A source answers at once with what it has and tells when more has come. */
export interface GridSource {
  readonly rows: number;
  /** Text of a cell, null for NULL, undefined while its page is on the way. */
  text(row: number, column: number): string | null | undefined;
  /** Says which rows show; the source fetches them and gives up what is no longer wanted. */
  want(start: number, end: number): void;
  /** Resolves when the rows are here (for copying). */
  load(start: number, end: number): Promise<void>;
  readonly failure: unknown;
  subscribe(changed: () => void): () => void;
  version(): number;
  stop(): void;
}

/** TextSource serves rows that are already text: the kept first rows of a result that is gone. */
export class TextSource implements GridSource {
  readonly failure = undefined;
  constructor(private readonly table: readonly (readonly (string | null)[])[]) {}
  get rows(): number {
    return this.table.length;
  }
  text(row: number, column: number): string | null | undefined {
    return this.table[row]?.[column];
  }
  want(): void {}
  load(): Promise<void> {
    return Promise.resolve();
  }
  subscribe(): () => void {
    return () => undefined;
  }
  version(): number {
    return 0;
  }
  stop(): void {}
}
