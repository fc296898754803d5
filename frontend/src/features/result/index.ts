export { ResultGrid } from "./ResultGrid";
export { useExports } from "./useExports";
