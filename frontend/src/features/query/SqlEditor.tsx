import { useLook } from "../../lib/look";
import { CodeEditor } from "./CodeEditor";
import type { EditorProps } from "./editorTypes";
import { PlainEditor } from "./PlainEditor";

/** SqlEditor is the code editor, or the plain one where the setting asks for compatible input. */
export function SqlEditor(props: EditorProps) {
  const compatible = useLook((look) => look.compatibleInput);
  return compatible && !props.readOnly ? <PlainEditor {...props} /> : <CodeEditor {...props} />;
}
