export { DashboardPage } from "./Page";
