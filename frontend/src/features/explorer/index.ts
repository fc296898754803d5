export { TablePage } from "./Page";
