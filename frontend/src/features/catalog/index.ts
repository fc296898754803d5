export { CatalogTree } from "./CatalogTree";
export { LayerMark, layerOf } from "./LayerMark";
export { SnapshotChip } from "./SnapshotChip";
export { TreeRow } from "./TreeRow";
export { fits } from "./tree";
