import { StateEffect, StateField, type Text } from "@codemirror/state";
import { Decoration, type DecorationSet, EditorView, WidgetType } from "@codemirror/view";

/** A place in the text that is wrong, in UTF-16 units. */
export interface Mark {
  readonly from: number;
  readonly to: number;
  readonly message: string;
  /** Draw a line of carets below (a failed run), not only the fill (a check while typing). */
  readonly carets: boolean;
}

export const setMarks = StateEffect.define<readonly Mark[]>();

/** A line of carets below the code, lined up by the same letters drawn invisibly before them. */
class Carets extends WidgetType {
  constructor(private readonly before: string, private readonly wrong: string) {
    super();
  }
  override eq(other: Carets): boolean {
    return other.before === this.before && other.wrong === this.wrong;
  }
  override toDOM(): HTMLElement {
    const line = document.createElement("div");
    line.className = "cm-carets";
    line.setAttribute("aria-hidden", "true");
    const room = document.createElement("span");
    room.textContent = this.before;
    const carets = document.createElement("b");
    carets.textContent = "^".repeat(Math.max(1, [...this.wrong].length));
    line.append(room, carets);
    return line;
  }
  override get estimatedHeight(): number {
    return 20;
  }
}

function decorations(doc: Text, marks: readonly Mark[]): DecorationSet {
  const ranges = [];
  for (const mark of marks) {
    const from = Math.min(mark.from, doc.length);
    const line = doc.lineAt(from);
    const to = Math.min(Math.max(mark.to, from), line.to);
    if (to > from) ranges.push(Decoration.mark({ class: "cm-wrong", attributes: { title: mark.message } }).range(from, to));
    if (mark.carets) ranges.push(Decoration.widget({ widget: new Carets(line.text.slice(0, from - line.from), doc.sliceString(from, to)), block: true, side: 1 }).range(line.to));
  }
  return Decoration.set(ranges, true);
}

/** markField holds the marks; an edit drops the carets at once, because they speak of the text that ran. */
export const markField = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update: (now, transaction) => {
    for (const effect of transaction.effects) if (effect.is(setMarks)) return decorations(transaction.state.doc, effect.value);
    return transaction.docChanged ? now.map(transaction.changes).update({ filter: (_, __, value) => !value.spec.block }) : now;
  },
  provide: (field) => EditorView.decorations.from(field),
});
