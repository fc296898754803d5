import { useEffect } from "react";
import { addressOf, documentAt, openDocument, tabKey, useNavigation } from "./navigation";

/** useAddress keeps the open document in the address, so that reload, back and links work. */
export function useAddress(open: boolean): void {
  const active = useNavigation((nav) => nav.active);
  useEffect(() => {
    if (!open) return;
    const follow = () => {
      const ref = documentAt(window.location.hash);
      if (ref && tabKey(ref) !== useNavigation.getState().active) openDocument(useNavigation.getState().tabs.find((tab) => tabKey(tab) === tabKey(ref)) ?? ref);
    };
    follow();
    window.addEventListener("hashchange", follow);
    return () => window.removeEventListener("hashchange", follow);
  }, [open]);
  useEffect(() => {
    if (open && window.location.hash !== addressOf(active)) window.history.pushState(null, "", addressOf(active));
  }, [open, active]);
}
