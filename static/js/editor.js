// The editor: a draft kept as it is typed, clean pasting, a few keys and buttons for Markdown.
(() => {
  const PAUSE = 1200, AGAIN = 5000;
  const form = document.querySelector("[data-editor]");
  if (!form) return;
  const said = (name) => form.querySelector(`template[data-text="${name}"]`).content.textContent.trim();
  const state = () => document.getElementById("draft-state");
  const tell = (text) => { const place = state().querySelector("[data-said]"); if (place) place.textContent = text; };
  const address = () => form.getAttribute("action");
  const key = () => `editor:${address()}`;
  const BESIDE = new Set(["csrfmiddlewaretoken", "version", "based_on", "translated_from", "theirs", "file", "do"]);

  // --- What is written, and whether the server has it

  const written = () => JSON.stringify([...new FormData(form)].filter(([name]) => !BESIDE.has(name)));
  let kept = written(), sending = null, timer, afterwards = null;
  const unsaved = () => written() !== kept;
  const forget = () => { kept = written(); sessionStorage.removeItem(key()); };

  const keep = () => {
    clearTimeout(timer);
    if (!unsaved() || sending !== null || state().hasAttribute("data-conflict")) return;
    if (!form.elements.title.value.trim()) return;
    sending = written();
    htmx.trigger(form, "keep");
  };
  const keepIn = (pause) => { clearTimeout(timer); timer = setTimeout(keep, pause); };

  form.addEventListener("input", () => {
    tell(said("unsaved"));
    sessionStorage.setItem(key(), written());
    keepIn(PAUSE);
  });
  window.addEventListener("online", keep);
  // A new article gets an address with its first draft.
  document.addEventListener("htmx:configRequest", (event) => {
    if (event.target === form) event.detail.path = address();
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.elt !== form) return;
    const sent = sending, go = afterwards;
    sending = afterwards = null;
    if (!event.detail.successful) {
      tell(said("unreachable"));
      keepIn(AGAIN);
      return;
    }
    const now = state();
    if (now.hasAttribute("data-conflict")) return now.querySelector("button, a").focus();
    if (now.hasAttribute("data-invalid")) return go?.();
    sessionStorage.removeItem(key());
    kept = sent;
    if (address() !== now.dataset.url) {
      form.setAttribute("action", now.dataset.url);
      history.replaceState(null, "", now.dataset.url);
    }
    if (go) return go();
    if (unsaved()) keepIn(PAUSE);
  });

  // A button waits for what is on its way, so that nothing is begun twice.
  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    if (sending === null) return forget();
    event.preventDefault();
    const button = event.submitter;
    afterwards = () => form.requestSubmit(button);
  });
  document.addEventListener("click", (event) => { if (event.target.closest("[data-drops]")) forget(); });
  window.addEventListener("beforeunload", (event) => { if (unsaved()) event.preventDefault(); });

  // What a window lost before the server had it.
  const restore = () => {
    const text = sessionStorage.getItem(key());
    if (!text || text === kept || form.querySelector("[role=alert]")) return;
    const lost = new Map(JSON.parse(text));
    for (const field of form.elements) {
      if (!field.name || BESIDE.has(field.name)) continue;
      if (field.type === "checkbox") field.checked = lost.has(field.name);
      else if (lost.has(field.name)) field.value = lost.get(field.name);
    }
    tell(said("restored"));
    htmx.trigger("#id_body", "input");
  };

  // --- Keys and buttons

  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.isComposing) return;
    if (event.key.toLowerCase() !== "s" && event.key !== "Enter") return;
    event.preventDefault();
    if (form.elements.file.value) form.requestSubmit(form.querySelector("[data-saves]"));
    else keep();
  });

  // Typed in rather than set, so that the browser's undo takes it back.
  const insert = (field, text) => {
    field.focus();
    if (document.execCommand("insertText", false, text)) return;
    field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const { body, script } = form.elements;
  const WRITES = {
    bold: (chosen) => `**${chosen || "…"}**`,
    heading: (chosen) => `\n## ${chosen}`,
    list: (chosen) => `\n${chosen.split("\n").map((line) => `- ${line}`).join("\n")}`,
    link: (chosen) => `[${chosen || "…"}](https://)`,
    table: (_chosen, button) => `\n\n| ${button.dataset.columns} 1 | ${button.dataset.columns} 2 |\n| --- | --- |\n|  |  |\n`,
  };
  const toolbar = form.querySelector("[role=toolbar]");
  toolbar.hidden = false;
  toolbar.addEventListener("click", (event) => {
    const button = event.target.closest("[data-write]");
    if (!button) return;
    insert(body, WRITES[button.dataset.write](body.value.slice(body.selectionStart, body.selectionEnd), button));
  });

  // --- Pasting: HTML becomes Markdown; Ctrl+Shift+V pastes the plain text, as ever.

  for (const field of [body, script]) {
    field.addEventListener("paste", (event) => {
      const html = event.clipboardData.getData("text/html");
      const text = html.trim() && window.pasted.toMarkdown(html);
      if (!text) return;
      event.preventDefault();
      insert(field, text);
    });
  }

  document.addEventListener("DOMContentLoaded", restore);
})();
