export { CatalogTree } from "./CatalogTree";
export { LayerMark, layerOf } from "./LayerMark";
export { SnapshotChip } from "./SnapshotChip";
export { TreeRow } from "./TreeRow";
export { TypeIcon } from "./TypeIcon";
export { fits } from "./tree";
export { TablePage } from "./Page";
