export { Mark } from "./Mark";
export { Palette } from "./Palette";
export { SettingsDialog } from "./SettingsDialog";
export { Shell } from "./Shell";
export { ShortcutsDialog } from "./ShortcutsDialog";
export { Toasts } from "./Toasts";
export { chooseFile, chooseFolder, chooseSave, inWindow, nativeEndpoint } from "./native";
export { useShellActions } from "./actions";
