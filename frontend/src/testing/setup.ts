import { cleanup } from "@testing-library/react";
import { afterEach, beforeAll } from "vitest";
import { startI18n } from "../lib/i18n";
import { useNavigation } from "../lib/navigation";
import { usePlaces } from "../lib/places";
import { useToasts } from "../lib/toast";

beforeAll(() => startI18n("en"));
afterEach(() => {
  cleanup();
  localStorage.clear();
  sessionStorage.clear();
  // Files may share a page (test-short): what one left open is not there for the next.
  useNavigation.setState(useNavigation.getInitialState(), true);
  usePlaces.setState(usePlaces.getInitialState(), true);
  useToasts.setState(useToasts.getInitialState(), true);
  window.history.replaceState(null, "", "/");
});

// jsdom lays nothing out; these are what components ask for and can do without.
globalThis.matchMedia ??= ((query: string) => ({ matches: false, media: query, addEventListener: () => undefined, removeEventListener: () => undefined, addListener: () => undefined, removeListener: () => undefined, dispatchEvent: () => false, onchange: null })) as typeof matchMedia;
globalThis.ResizeObserver ??= class {
  observe(): void {}
  unobserve(): void {}
  disconnect(): void {}
} as typeof ResizeObserver;
