import type { Completion, Dialect } from "../../api/types";
import type { Mark } from "./mark";

export type CompleteSql = (text: string, index: number, signal?: AbortSignal) => Promise<readonly Completion[]>;

/** What a code editor of ours can do, whichever way it takes its letters. */
export interface EditorProps {
  readonly value: string;
  readonly dialect: Dialect | "markdown" | "plain";
  readonly label: string;
  readonly readOnly?: boolean;
  readonly lineNumbers?: boolean;
  readonly marks?: readonly Mark[];
  readonly complete?: CompleteSql | undefined;
  /** Keys that leave the editor: "Shift-Enter", "Mod-Enter", "Alt-Enter", "Escape". */
  readonly keys?: Readonly<Record<string, () => void>>;
  /** The editor takes the keyboard when this becomes true. */
  readonly focused?: boolean;
  readonly onChange?: (value: string) => void;
  readonly onFocus?: () => void;
}
