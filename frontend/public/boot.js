// Before the first paint: the theme of the last visit, so that a dark window does not flash white.
(function () {
  var theme = "system";
  try { theme = JSON.parse(localStorage.getItem("laketop.look") || "{}").theme || "system"; } catch { /* storage may be closed */ }
  var dark = theme === "dark" || (theme === "system" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.setAttribute("data-theme", dark ? "dark" : "light");
  document.documentElement.setAttribute("data-mantine-color-scheme", dark ? "dark" : "light");
})();
