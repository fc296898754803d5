import { renderHook } from "@testing-library/react";
import type { ReactNode } from "react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Api } from "../../api/client";
import { ApiProvider } from "../../api/context";
import type { Cell } from "../../api/types";
import { NotebookProvider } from "./context";
import type { NotebookSession } from "./session";
import { useCheck } from "./useCheck";

beforeEach(() => { vi.useFakeTimers(); });
afterEach(() => { vi.useRealTimers(); });

test("a text is looked at with the notebook's parameters, so that none of them is a fault", () => {
  const check = vi.fn().mockResolvedValue([]);
  const session = { getState: () => ({ doc: { parameters: [{ name: "zone", type: "text", default: "UTC", value: "Asia/Shanghai" }] } }) } as unknown as NotebookSession;
  const cell = { id: "a", kind: "sql", source: "SET spark.sql.session.timeZone = ${zone}", dialect: "spark" } as Cell;
  const wrapper = ({ children }: { readonly children: ReactNode }) => (
    <ApiProvider value={{ check } as unknown as Api}>
      <NotebookProvider value={{ session, readOnly: false, onFocus: () => undefined }}>{children}</NotebookProvider>
    </ApiProvider>
  );
  renderHook(() => useCheck(cell, true), { wrapper });
  vi.advanceTimersByTime(1000);
  expect(check).toHaveBeenCalledWith({ dialect: "spark", sql: cell.source, params: { zone: "Asia/Shanghai" } }, expect.anything());
});
