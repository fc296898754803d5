export type { CompleteSql } from "./editorTypes";
export type { Mark } from "./mark";
export { markOf, replaced } from "./problemMark";
export { SqlEditor } from "./SqlEditor";
