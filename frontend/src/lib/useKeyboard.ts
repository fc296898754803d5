import { useEffect } from "react";
import { Dispatcher } from "./action";

/** useKeyboard lets the registry's shortcuts work anywhere in the window. */
export function useKeyboard(): void {
  useEffect(() => {
    const dispatcher = new Dispatcher();
    const press = (event: KeyboardEvent) => {
      // A dialog keeps its keys to itself; only the palette's own key passes.
      const inDialog = document.querySelector('[role="dialog"]') !== null;
      if (inDialog && !((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k")) return;
      dispatcher.press(event);
    };
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  }, []);
}
