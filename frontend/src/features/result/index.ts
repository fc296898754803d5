export { ResultGrid } from "./ResultGrid";
