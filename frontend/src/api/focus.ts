import { focusManager } from "@tanstack/react-query";

const signs = ["focus", "visibilitychange"];

/**
 * watchFocus tells the queries when the window is looked at again. A window that
 * stands beside another stays visible: one comes back to it by its focus.
 */
export function watchFocus(): void {
  focusManager.setEventListener((lookedAt) => {
    const look = () => lookedAt();
    for (const sign of signs) window.addEventListener(sign, look);
    return () => {
      for (const sign of signs) window.removeEventListener(sign, look);
    };
  });
}
