import { cleanup, screen, waitFor } from "@testing-library/react";
import { useState } from "react";
import { afterEach, expect, test } from "vitest";
import { fakeApi } from "../../api/fake";
import { renderWith } from "../../testing/render";
import { usePreview } from "./queries";

afterEach(cleanup);

function Stepping() {
  const [snapshot, setSnapshot] = useState(1);
  const preview = usePreview({ database: "game_db", table: "dwd_user_details", branch: "" }, 9, snapshot);
  return <button type="button" onClick={() => setSnapshot(snapshot + 1)}>{preview.data && !preview.isPlaceholderData ? preview.data.name : "reading"}</button>;
}

test("a preview that one steps away from is given up", async () => {
  const fake = fakeApi({
    "POST /catalog/game_db/dwd_user_details/preview": ({ body, signal }) => {
      const { snapshot } = body as { snapshot: number };
      if (snapshot === 3) return { id: "r", name: "third", columns: [], rows: 0, bytes: 0 };
      return new Promise((_, fail) => { signal.addEventListener("abort", () => fail(new DOMException("gone", "AbortError"))); });
    },
  });
  renderWith(fake, <Stepping />);
  for (let step = 1; step < 3; step++) {
    await waitFor(() => expect(fake.requests).toHaveLength(step));
    screen.getByRole("button").click();
  }
  await screen.findByText("third");
  expect(fake.requests.map(({ signal }) => signal.aborted)).toEqual([true, true, false]);
});
