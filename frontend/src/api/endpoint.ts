/** Where the API is and the token of this run. */
export interface Endpoint {
  /** "" for the page's own origin, else http://127.0.0.1:PORT. */
  readonly base: string;
  readonly token: string;
  /** The window's first document, as the address names it: #/notebook/a.ipynb. */
  readonly document?: string;
}

declare global {
  interface Window {
    /** Set by a script file that the server adds to the page. */
    __LAKETOP__?: Endpoint;
  }
}

const KEY = "laketop.token";

/**
 * browserEndpoint reads the token from the address (?token= or #token=), keeps it for this tab and takes it out of the
 * address bar, so that it is neither bookmarked nor shown.
 */
export function browserEndpoint(page: Window = window): Endpoint {
  if (page.__LAKETOP__) return page.__LAKETOP__;
  const url = new URL(page.location.href);
  const fragment = new URLSearchParams(url.hash.startsWith("#token=") ? url.hash.slice(1) : "");
  const given = url.searchParams.get("token") ?? fragment.get("token");
  if (given !== null) {
    page.sessionStorage.setItem(KEY, given);
    url.searchParams.delete("token");
    if (fragment.has("token")) url.hash = "";
    page.history.replaceState(page.history.state, "", url.pathname + url.search + url.hash);
  }
  return { base: "", token: given ?? page.sessionStorage.getItem(KEY) ?? "" };
}
