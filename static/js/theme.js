// Before anything is drawn: the colours and the text size this person chose, or the system's.
(() => {
  const VALUES = { theme: ["light", "dark"], size: ["normal", "large"] };
  const root = document.documentElement;
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  // Where the browser keeps nothing, a choice holds for this page.
  const here = {};
  const kept = (name) => {
    let value = here[name];
    try { value = localStorage.getItem(name) ?? value; } catch { /* private mode */ }
    return VALUES[name].includes(value) ? value : null;
  };
  const keep = (name, value) => {
    here[name] = value;
    try { localStorage.setItem(name, value); } catch { /* private mode */ }
  };

  const apply = () => {
    const before = root.dataset.theme;
    root.dataset.theme = kept("theme") || (dark.matches ? "dark" : "light");
    root.dataset.size = kept("size") || "normal";
    document.querySelectorAll("[data-switch]").forEach((button) => {
      const name = button.dataset.switch;
      button.setAttribute("aria-pressed", String(root.dataset[name] === VALUES[name][1]));
    });
    if (before !== root.dataset.theme) document.dispatchEvent(new Event("themechange"));
  };

  apply();
  document.addEventListener("DOMContentLoaded", apply);
  dark.addEventListener("change", apply);
  // What was chosen in one window holds in the others.
  window.addEventListener("storage", apply);
  document.addEventListener("click", (event) => {
    const name = event.target.closest("[data-switch]")?.dataset.switch;
    if (!VALUES[name]) return;
    const [first, second] = VALUES[name];
    keep(name, root.dataset[name] === first ? second : first);
    apply();
  });
})();
