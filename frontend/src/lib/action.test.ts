import { expect, test, vi } from "vitest";
import { type Action, Dispatcher } from "./action";
import { caps, matches } from "./keys";

const press = (key: string, more: KeyboardEventInit = {}, target: EventTarget = document.body) => {
  const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...more });
  Object.defineProperty(event, "target", { value: target });
  return event;
};
const action = (keys: string[], more: Partial<Action> = {}): Action => ({ id: "a.b", label: "", group: "general", keys, run: vi.fn(), ...more });

test("a letter acts outside of fields only, a chord also inside where it says so", () => {
  const letter = action(["b"]);
  const chord = action(["Mod+K"], { id: "a.c", whileTyping: true });
  const keys = new Dispatcher(() => [letter, chord]);
  keys.press(press("b", {}, document.createElement("textarea")));
  expect(letter.run).not.toHaveBeenCalled();
  keys.press(press("b"));
  expect(letter.run).toHaveBeenCalledOnce();
  keys.press(press("k", { ctrlKey: true }, document.createElement("input")));
  expect(chord.run).toHaveBeenCalledOnce();
});

test("d d deletes, d alone and d after a pause do not", () => {
  let now = 0;
  const remove = action(["d d"]);
  const keys = new Dispatcher(() => [remove], () => now);
  keys.press(press("d"));
  now = 2000;
  keys.press(press("d"));
  expect(remove.run).not.toHaveBeenCalled();
  now = 2100;
  keys.press(press("d"));
  expect(remove.run).toHaveBeenCalledOnce();
});

test("a disabled action lets the key pass", () => {
  const event = press("b");
  new Dispatcher(() => [action(["b"], { enabled: () => false })]).press(event);
  expect(event.defaultPrevented).toBe(false);
});

test("letters typed through an input method are left alone", () => {
  const letter = action(["b"]);
  new Dispatcher(() => [letter]).press(press("b", { isComposing: true }));
  expect(letter.run).not.toHaveBeenCalled();
});

test("Mod is Ctrl here and Cmd on a Mac", () => {
  const stroke = { key: "k", ctrlKey: false, metaKey: true, altKey: false, shiftKey: false };
  expect(matches("Mod+K", stroke, true)).toBe(true);
  expect(matches("Mod+K", stroke, false)).toBe(false);
  expect(caps("Mod+Shift+Enter", true)).toEqual(["⌘", "⇧", "↵"]);
  expect(caps("Mod+K", false)).toEqual(["Ctrl", "K"]);
});
