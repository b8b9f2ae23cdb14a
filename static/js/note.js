// Nothing an agent wrote is lost: the note is saved as it is typed, the rest is kept as a draft.
(() => {
  const PAUSE = 500, AGAIN = 4000;
  const note = () => document.getElementById("note");
  const conflict = () => document.querySelector("#note-state [data-conflict]");
  // The default of the field is what the server has.
  const unsaved = () => Boolean(note()) && note().value !== note().defaultValue;
  let timer, afterwards = null;

  const save = () => {
    clearTimeout(timer);
    if (unsaved() && !conflict()) htmx.trigger(note().form, "save");
  };
  const saveIn = (pause) => {
    clearTimeout(timer);
    timer = setTimeout(save, pause);
  };
  const show = () => note()?.form.toggleAttribute("data-unsaved", unsaved());

  document.addEventListener("htmx:afterRequest", (event) => {
    if (!note() || event.target !== note().form) return;
    const { successful, requestConfig } = event.detail;
    const go = afterwards;
    afterwards = null;
    if (!successful) return saveIn(AGAIN);
    if (conflict()) return go && conflict().querySelector("button").focus();
    note().defaultValue = requestConfig.parameters.note;
    show();
    if (!unsaved()) {
      drop(note().dataset.draft);
      return go?.();
    }
    afterwards = go;
    save();
  });

  // What ends the contact waits for the last words of its note.
  document.addEventListener("htmx:confirm", (event) => {
    if (!event.target.closest("[data-ends]") || event.detail.verb === "get" || !unsaved()) return;
    event.preventDefault();
    if (conflict()) return conflict().querySelector("button").focus();
    afterwards = () => event.detail.issueRequest(true);
    save();
  });

  // Somebody else has changed it: both texts are on the screen, the agent says which one stays.
  const settle = (choice) => {
    const box = conflict();
    const theirs = box.querySelector("[data-theirs]").textContent;
    const field = note();
    if (choice === "theirs") field.value = theirs;
    if (choice === "both") field.value = `${theirs}\n${field.value}`;
    field.form.elements.version.value = box.dataset.conflict;
    field.defaultValue = theirs;
    box.remove();
    field.focus();
    show();
    save();
  };
  document.addEventListener("click", (event) => {
    const choice = event.target.closest("[data-choice]")?.dataset.choice;
    if (choice) settle(choice);
  });

  // --- Drafts: here for as long as this window is open, and on the server for good

  const key = (name) => `draft:${name}`;
  const drop = (name) => sessionStorage.removeItem(key(name));

  // A moment after the last key, and again until the server has it.
  const sending = {};
  const send = (field, pause) => {
    const url = document.getElementById("desk")?.dataset.draftUrl;
    const name = field.dataset.draft.replace(/-\d*$/, "");
    if (!url || field === note()) return;
    clearTimeout(sending[name]);
    sending[name] = setTimeout(async () => {
      const body = new URLSearchParams({ name, text: field.value });
      const headers = { "X-CSRFToken": document.querySelector("meta[name=csrf-token]").content };
      const sent = await fetch(url, { method: "POST", body, headers, keepalive: true }).catch(() => null);
      if ((!sent || sent.status >= 500) && field.isConnected) send(field, AGAIN);
    }, pause);
  };

  // Sent for good: no draft of it is kept, here or there.
  document.addEventListener("htmx:afterRequest", ({ target, detail }) => {
    if (!target.matches?.("form[data-folds]") || !detail.successful) return;
    for (const field of target.querySelectorAll("[data-draft]")) {
      clearTimeout(sending[field.dataset.draft.replace(/-\d*$/, "")]);
      drop(field.dataset.draft);
    }
  });

  const forgetOthers = () => {
    const mine = `-${document.getElementById("desk")?.dataset.contact}`;
    for (const name of Object.keys(sessionStorage)) {
      if (name.startsWith("draft:") && !name.endsWith(mine)) sessionStorage.removeItem(name);
    }
  };

  const restored = new WeakMap();
  const restore = (field) => {
    const { draft } = field.dataset;
    if (restored.get(field) === draft) return;
    restored.set(field, draft);
    const text = sessionStorage.getItem(key(draft));
    if (text !== null && text !== field.value) field.value = text;
  };

  // What was noted need not be written again for whoever goes on with it.
  const beginWithNote = (details) => {
    for (const field of details.querySelectorAll("[data-from-note]:not([data-begun])")) {
      field.value ||= note()?.value || "";
      field.dataset.begun = "yes";
    }
  };
  document.addEventListener("toggle", (event) => { if (event.target.open) beginWithNote(event.target); }, true);

  const look = () => {
    forgetOthers();
    document.querySelectorAll("[data-draft]").forEach(restore);
    document.querySelectorAll("[data-ends] details[open]").forEach(beginWithNote);
    if (unsaved()) saveIn(PAUSE);
    show();
  };
  document.addEventListener("htmx:afterSettle", look);
  document.addEventListener("DOMContentLoaded", look);

  document.addEventListener("input", (event) => {
    const { draft } = event.target.dataset;
    if (draft) {
      sessionStorage.setItem(key(draft), event.target.value);
      send(event.target, PAUSE);
    }
    if (event.target !== note()) return;
    show();
    saveIn(PAUSE);
  });
  window.addEventListener("pagehide", () => {
    const { leaves } = document.body.dataset;
    const token = document.querySelector("meta[name=csrf-token]").content;
    if (leaves) navigator.sendBeacon(leaves, new URLSearchParams({ csrfmiddlewaretoken: token }));
    if (!unsaved() || conflict()) return;
    navigator.sendBeacon(note().form.action, new URLSearchParams(new FormData(note().form)));
  });
})();
