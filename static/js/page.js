// What every page with htmx shares: the CSRF token, and telling what went wrong.
(() => {
  const STAYS = 12_000;
  const meta = (name) => document.querySelector(`meta[name="${name}"]`)?.content;
  const said = (name) => document.querySelector(`template[data-text="${name}"]`)?.content.textContent.trim();

  // What somebody types into stays as it is while the rest of a page is brought up to date, and
  // what they opened stays open.
  Object.assign(Idiomorph.defaults.callbacks, {
    beforeNodeMorphed: (before, after) => !(before.dataset?.keep && before.dataset.keep === after.dataset?.keep),
    beforeAttributeUpdated: (name, node) => !(name === "open" && node.matches("details")),
  });

  document.addEventListener("htmx:configRequest", (event) => {
    const token = meta("csrf-token");
    if (token) event.detail.headers["X-CSRFToken"] = token;
  });

  const toast = (text) => {
    const box = document.querySelector(".toasts");
    // Said once is enough, however often it happens.
    if (!text || [...box.children].some((note) => note.firstChild.textContent === text)) return;
    const note = document.createElement("div");
    note.className = "notice warn";
    const words = document.createElement("span");
    words.textContent = text;
    const close = document.createElement("button");
    close.type = "button";
    close.className = "button plain small";
    close.textContent = said("close");
    close.addEventListener("click", () => note.remove());
    note.append(words, close);
    box.append(note);
    // It does not vanish under a reader's pointer or focus.
    const leave = () => note.matches(":hover, :focus-within") ? setTimeout(leave, STAYS) : note.remove();
    setTimeout(leave, STAYS);
  };

  const wasPressed = (event) => event.detail.requestConfig?.verb !== "get";

  document.addEventListener("htmx:responseError", (event) => {
    const { xhr } = event.detail;
    const plain = (xhr.getResponseHeader("Content-Type") || "").startsWith("text/plain");
    toast(plain && xhr.status < 500 ? xhr.responseText : said("failed"));
    // Whatever was refused, the page shows the truth again. Never after a refetch: it would
    // answer its own failure with the next one, as fast as the server can refuse.
    if (!wasPressed(event)) return;
    document.body.dispatchEvent(new CustomEvent("live:desk"));
    document.body.dispatchEvent(new CustomEvent("live:floor"));
  });
  // A poll that finds no network is no news; what a person pressed is.
  for (const name of ["htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(name, (event) => { if (wasPressed(event)) toast(said("offline")); });
  }

  // The session has ended: the sign-in page is a page, not a part of this one.
  const signIn = meta("sign-in");
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { responseURL } = event.detail.xhr;
    if (!signIn || !responseURL || location.pathname === signIn) return;
    if (new URL(responseURL).pathname !== signIn) return;
    event.detail.shouldSwap = false;
    location.reload();
  });

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-print]")) window.print();
    const opener = event.target.closest("[data-opens]");
    if (opener) document.getElementById(opener.dataset.opens)?.showModal();
  });
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-submits]")) event.target.form.requestSubmit();
  });
})();
