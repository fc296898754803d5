export { NotebookPage } from "./Page";
