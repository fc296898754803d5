import { expect, test, vi } from "vitest";
import { decodePage } from "../../api/arrow";
import { arrowRows } from "../../api/fake";
import { type FetchRows, PAGE_ROWS, PageSource } from "./pages";

function pageAt(offset: number, limit: number) {
  const body = arrowRows({ n: Array.from({ length: limit }, (_, i) => String(offset + i)) });
  return decodePage(body.buffer.slice(body.byteOffset, body.byteOffset + body.byteLength) as ArrayBuffer, offset);
}

function served(): { fetch: FetchRows; asked: number[]; aborted: number[] } {
  const asked: number[] = [];
  const aborted: number[] = [];
  const fetch: FetchRows = (want, signal) => {
    asked.push(want.offset / PAGE_ROWS);
    return new Promise((done, fail) => {
      signal.addEventListener("abort", () => { aborted.push(want.offset / PAGE_ROWS); fail(new DOMException("gone", "AbortError")); });
      setTimeout(() => { if (!signal.aborted) done(pageAt(want.offset, want.limit)); }, 5);
    });
  };
  return { fetch, asked, aborted };
}

test("a page is asked once and its cells are there when it came", async () => {
  const { fetch, asked } = served();
  const source = new PageSource(1000, fetch);
  source.want(0, 20);
  source.want(5, 25);
  expect(source.text(3, 0)).toBeUndefined();
  await vi.waitFor(() => expect(source.text(3, 0)).toBe("3"));
  expect(asked).toEqual([0]);
});

test("jumping away gives up the page that is on its way", async () => {
  const { fetch, aborted } = served();
  let now = 0;
  const source = new PageSource(1_000_000, fetch, undefined, () => now);
  source.want(0, 20);
  now += 1000;
  source.want(500_000, 500_020);
  await vi.waitFor(() => expect(source.text(500_000, 0)).toBe("500000"));
  expect(aborted).toEqual([0]);
});

test("a drag over many pages asks only for where it rests", async () => {
  const { fetch, asked } = served();
  const source = new PageSource(1_000_000, fetch);
  source.want(0, 20);
  for (let i = 1; i <= 20; i++) source.want(i * 10_000, i * 10_000 + 20);
  await vi.waitFor(() => expect(source.text(200_000, 0)).toBe("200000"));
  expect(asked.length).toBeLessThanOrEqual(3);
});

test("the cache stays bounded and keeps what was shown last", async () => {
  const { fetch } = served();
  const source = new PageSource(1_000_000, fetch);
  for (let i = 0; i < 140; i++) await source.load(i * PAGE_ROWS, i * PAGE_ROWS + 1);
  expect(source.text(0, 0)).toBeUndefined();
  expect(source.text(139 * PAGE_ROWS, 0)).toBe(String(139 * PAGE_ROWS));
});

test("a failure is kept for the page to show", async () => {
  const source = new PageSource(10, () => Promise.reject(new Error("gone")));
  source.want(0, 5);
  await vi.waitFor(() => expect(source.failure).toEqual(new Error("gone")));
});
