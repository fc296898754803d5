import { type RefObject, useEffect, useState } from "react";

/** useSeen says whether an element inside a scrolled box is on screen. */
export function useSeen(box: RefObject<HTMLElement | null>, selector: string, key: string): boolean {
  const [seen, setSeen] = useState(false);
  useEffect(() => {
    const target = box.current?.querySelector(selector);
    if (!target || typeof IntersectionObserver === "undefined") return;
    const observer = new IntersectionObserver((entries) => setSeen(entries.at(-1)?.isIntersecting ?? false), { root: box.current });
    observer.observe(target);
    return () => {
      observer.disconnect();
      setSeen(false);
    };
  }, [box, selector, key]);
  return seen;
}
