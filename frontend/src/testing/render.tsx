import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { type RenderResult, render } from "@testing-library/react";
import type { ReactNode } from "react";
import { ApiProvider } from "../api/context";
import type { FakeApi } from "../api/fake";
import { ThemeProvider } from "../theme/ThemeProvider";

/** renderWith shows a component as the application does, over a fake engine. */
export function renderWith(fake: FakeApi, node: ReactNode): RenderResult {
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  return render(
    <ApiProvider value={fake.api}>
      <QueryClientProvider client={client}>
        <ThemeProvider scheme="light" env="test">{node}</ThemeProvider>
      </QueryClientProvider>
    </ApiProvider>,
  );
}
