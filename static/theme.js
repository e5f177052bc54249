// Classic and blocking on purpose: the chosen theme is on the root before the first paint.
// Without this file, or without a choice, the page follows the system.
(() => {
  const root = document.documentElement;
  const read = () => { try { return localStorage.getItem("theme"); } catch { return null; } };
  const keep = (theme) => { try { localStorage.setItem("theme", theme); } catch { /* private window: this page only */ } };
  const chosen = read();
  if (chosen === "light" || chosen === "dark") root.dataset.theme = chosen;

  const isDark = () => root.dataset.theme === "dark"
    || (!root.dataset.theme && matchMedia("(prefers-color-scheme: dark)").matches);

  document.addEventListener("DOMContentLoaded", () => {
    const switches = [...document.querySelectorAll("[data-theme-switch]")];
    const tell = () => switches.forEach((each) => {
      each.hidden = false;
      each.textContent = isDark() ? each.dataset.toLight : each.dataset.toDark;
    });
    switches.forEach((each) => each.addEventListener("click", () => {
      root.dataset.theme = isDark() ? "light" : "dark";
      keep(root.dataset.theme);
      tell();
    }));
    tell();
  });
})();
