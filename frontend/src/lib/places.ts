import { useEffect } from "react";
import { create } from "zustand";

/** Something inside an open document that the palette can go to (a cell). */
export interface Place {
  readonly id: string;
  readonly title: string;
  readonly note: string;
  readonly go: () => void;
}

export const usePlaces = create<{ byOwner: ReadonlyMap<string, readonly Place[]> }>(() => ({ byOwner: new Map() }));

/** useOfferPlaces lists a document's places while it is open. Pass a memoised list. */
export function useOfferPlaces(owner: string, places: readonly Place[]): void {
  useEffect(() => {
    usePlaces.setState(({ byOwner }) => ({ byOwner: new Map(byOwner).set(owner, places) }));
    return () =>
      usePlaces.setState(({ byOwner }) => {
        const next = new Map(byOwner);
        next.delete(owner);
        return { byOwner: next };
      });
  }, [owner, places]);
}
