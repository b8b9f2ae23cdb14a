// The desk by keyboard, and nothing half-typed is ever lost.
(() => {
  const TEXT = "input:not([type=checkbox]):not([type=radio]), textarea, select";
  const title = document.title;
  let shownOffer = "";

  // What an agent types into stays as it is while the rest of the desk is brought up to date.
  Idiomorph.defaults.callbacks.beforeNodeMorphed = (before, after) =>
    !(before.dataset?.keep && before.dataset.keep === after.dataset?.keep);

  const desk = () => document.getElementById("desk");
  const byKey = (key) => document.querySelector(`#desk [data-key="${CSS.escape(key)}"]`);

  const press = (key) => {
    if (key === "/") return focusOn("search");
    if (key === "n") return focusOn("note");
    const target = byKey(key);
    if (!target) return false;
    target.click();
    if (target.matches("summary")) {
      setTimeout(() => target.parentElement.querySelector(TEXT)?.focus(), 150);
    }
    return true;
  };

  const focusOn = (id) => {
    const field = document.getElementById(id);
    field?.focus();
    field?.select?.();
    return Boolean(field);
  };

  const amongResults = (event, result) => {
    const all = [...document.querySelectorAll("[data-result]")];
    const at = all.indexOf(result);
    if (event.key === "ArrowDown") (all[at + 1] || all[at])?.focus();
    else if (event.key === "ArrowUp") (at > 0 ? all[at - 1] : document.getElementById("search")).focus();
    else if (event.key === "ArrowRight" || event.key === " ") result.querySelector("summary").click();
    else if (event.key === "Enter") result.querySelector("form").requestSubmit();
    else return false;
    return true;
  };

  document.addEventListener("keydown", (event) => {
    // A syllable is still being put together: every key belongs to it.
    if (event.isComposing || event.keyCode === 229 || event.ctrlKey || event.metaKey) return;
    const inText = event.target.matches(TEXT);
    if (event.key === "Escape" && inText) return event.target.blur();
    if (document.querySelector("dialog[open]")) return;
    const result = event.target.closest("[data-result]");
    let done = false;
    if (result && !inText) done = amongResults(event, result);
    if (!done && event.target.id === "search" && ["ArrowDown", "Enter"].includes(event.key)) {
      document.querySelector("[data-result]")?.focus();
      done = true;
    }
    if (!done && (!inText || event.altKey)) {
      // With Alt, or with a Korean keyboard, the letter on the key counts, not what it writes.
      const code = /^(Key|Digit)(.)$/.exec(event.code);
      done = press(event.key === "?" || event.key === "/" || !code ? event.key : code[2].toLowerCase());
    }
    if (done) event.preventDefault();
  });

  const notice = () => {
    const offer = desk()?.dataset.offer || "";
    const caller = document.querySelector("[data-caller]")?.textContent.trim();
    document.title = offer ? `☎ ${caller}` : title;
    if (offer && offer !== shownOffer && !document.activeElement?.matches(TEXT)) {
      document.querySelector("[data-accept]")?.focus();
    }
    shownOffer = offer;
  };
  document.addEventListener("htmx:afterSettle", notice);
  document.addEventListener("DOMContentLoaded", notice);
})();
