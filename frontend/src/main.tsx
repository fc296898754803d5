import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./App";
import { createApi } from "./api/client";
import { ApiProvider } from "./api/context";
import { browserEndpoint } from "./api/endpoint";
import { watchFocus } from "./api/focus";
import { nativeEndpoint } from "./features/shell";
import { startI18n } from "./lib/i18n";
import { useLook } from "./lib/look";

startI18n(useLook.getState().language);
const endpoint = (await nativeEndpoint()) ?? browserEndpoint();
// A notebook that was opened by its file is the document to begin with.
if (endpoint.document && window.location.hash === "") window.history.replaceState(null, "", endpoint.document);
watchFocus();
const api = createApi(endpoint);
const client = new QueryClient({ defaultOptions: { queries: { retry: 1, refetchOnWindowFocus: false, staleTime: 30_000 } } });

createRoot(document.getElementById("root") as HTMLElement).render(
  <StrictMode>
    <ApiProvider value={api}>
      <QueryClientProvider client={client}>
        <App />
      </QueryClientProvider>
    </ApiProvider>
  </StrictMode>,
);
