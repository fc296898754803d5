import { IconBinary, IconBraces, IconCalendar, IconClock, IconDecimal, IconHash, IconLetterT, IconQuestionMark, IconToggleLeft } from "@tabler/icons-react";
import type { ColumnKind } from "../../api/types";

const ICONS: Record<ColumnKind, typeof IconHash> = {
  integer: IconHash, decimal: IconDecimal, float: IconDecimal, text: IconLetterT, date: IconCalendar, time: IconClock, timestamp: IconClock,
  boolean: IconToggleLeft, binary: IconBinary, nested: IconBraces, unknown: IconQuestionMark,
};

export function TypeIcon({ kind, size = 14 }: { readonly kind: ColumnKind; readonly size?: number }) {
  const Icon = ICONS[kind];
  return <Icon size={size} stroke={1.6} aria-hidden />;
}
