export { EventsDialog } from "./EventsDialog";
export { FolderDialog } from "./FolderDialog";
export { WelcomePage } from "./Page";
export { useDemoState } from "./useDemo";
