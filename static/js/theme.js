// Before anything is drawn: the colours and the text size this person chose, or the system's.
(() => {
  const root = document.documentElement;
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const kept = (name) => { try { return localStorage.getItem(name); } catch { return null; } };
  const keep = (name, value) => { try { localStorage.setItem(name, value); } catch { /* private mode */ } };
  const apply = () => {
    root.dataset.theme = kept("theme") || (dark.matches ? "dark" : "light");
    root.dataset.size = kept("size") || "normal";
  };
  apply();
  dark.addEventListener("change", apply);
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-switch]");
    if (!button) return;
    const name = button.dataset.switch;
    const values = { theme: ["light", "dark"], size: ["normal", "large"] }[name];
    keep(name, root.dataset[name] === values[0] ? values[1] : values[0]);
    apply();
    document.dispatchEvent(new Event("themechange"));
  });
})();
