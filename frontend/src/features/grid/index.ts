export { Grid, heightOf } from "./Grid";
export { Histogram } from "./Histogram";
export { PageSource } from "./pages";
export { type GridSource, TextSource } from "./source";
export { grouped, textAt } from "./value";
export { TypeIcon } from "./TypeIcon";
