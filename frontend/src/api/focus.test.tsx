import { cleanup, screen, waitFor } from "@testing-library/react";
import { afterEach, expect, test } from "vitest";
import { fakeApi } from "./fake";
import { useNotebooks } from "./queries";
import { renderWith } from "../testing/render";
import { watchFocus } from "./focus";

afterEach(cleanup);

function Names() {
  return <p>{useNotebooks().data?.map(({ name }) => name).join(" ")}</p>;
}

test("what another program has written is there when the window is looked at again", async () => {
  watchFocus();
  const names = ["first"];
  renderWith(fakeApi({ "GET /notebooks": () => names.map((name) => ({ name, title: name })) }), <Names />);
  await screen.findByText("first");
  names.push("second");
  window.dispatchEvent(new Event("focus"));
  await waitFor(() => expect(screen.getByText("first second")).toBeTruthy());
});
