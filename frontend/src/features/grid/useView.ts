import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";
import { HEAD, type Scale, barTop, rowsTop, scaleOf } from "./math";

export interface View {
  /** Where the rows stand. */
  readonly top: number;
  readonly left: number;
  readonly width: number;
  /** Height of the rows' window, without the head. */
  readonly height: number;
  readonly scale: Scale;
  readonly moveTo: (top: number) => void;
  readonly moveLeft: (left: number) => void;
}

const LINE = 16;

/**
 * useView follows the scroll bars. Where the range is shortened, the wheel moves the rows by its own pixels and takes the
 * bar along, so that rolling is as fine as in a short table; only dragging the bar makes long steps.
 */
export function useView(scroller: RefObject<HTMLDivElement | null>, rows: number, firstHeight: number): View {
  const [place, setPlace] = useState({ top: 0, left: 0 });
  const [size, setSize] = useState({ width: 800, height: Math.max(0, firstHeight - HEAD) });
  const scale = scaleOf(rows, size.height);
  const truth = useRef({ top: 0, bar: 0, scale });
  useLayoutEffect(() => {
    truth.current.scale = scaleOf(rows, size.height);
  }, [rows, size.height]);

  const moveTo = useCallback((top: number) => {
    const box = scroller.current;
    const { scale: now } = truth.current;
    const bounded = Math.min(Math.max(0, top), now.rowsRange);
    const bar = barTop(now, bounded);
    truth.current = { ...truth.current, top: bounded, bar };
    if (box) box.scrollTop = bar;
    setPlace((before) => ({ ...before, top: bounded }));
  }, [scroller]);

  const moveLeft = useCallback((left: number) => {
    if (scroller.current) scroller.current.scrollLeft = left;
  }, [scroller]);

  useLayoutEffect(() => {
    const box = scroller.current;
    if (!box) return;
    const measure = () => setSize({ width: box.clientWidth || 800, height: Math.max(0, (box.clientHeight || firstHeight) - HEAD) });
    measure();
    if (typeof ResizeObserver === "undefined") return;
    const observer = new ResizeObserver(measure);
    observer.observe(box);
    return () => observer.disconnect();
  }, [scroller, firstHeight]);

  useEffect(() => {
    const box = scroller.current;
    if (!box) return;
    const scroll = () => {
      const { bar, top, scale: now } = truth.current;
      // Our own move of the bar comes back as an event; it must not be rounded into the rows' place.
      const next = Math.abs(box.scrollTop - bar) < 1 ? top : rowsTop(now, box.scrollTop);
      truth.current = { ...truth.current, top: next, bar: box.scrollTop };
      setPlace({ top: next, left: box.scrollLeft });
    };
    const wheel = (event: WheelEvent) => {
      const { scale: now, top } = truth.current;
      if (now.full === now.laid || event.deltaY === 0 || event.shiftKey || event.ctrlKey) return;
      event.preventDefault();
      moveTo(top + event.deltaY * (event.deltaMode === 1 ? LINE : 1));
    };
    box.addEventListener("scroll", scroll, { passive: true });
    box.addEventListener("wheel", wheel, { passive: false });
    return () => {
      box.removeEventListener("scroll", scroll);
      box.removeEventListener("wheel", wheel);
    };
  }, [scroller, moveTo]);

  return { ...place, ...size, scale, moveTo, moveLeft };
}
