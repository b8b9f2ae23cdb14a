// What every page with htmx shares: the CSRF token, and telling what went wrong.
(() => {
  const meta = (name) => document.querySelector(`meta[name="${name}"]`)?.content;

  document.addEventListener("htmx:configRequest", (event) => {
    const token = meta("csrf-token");
    if (token) event.detail.headers["X-CSRFToken"] = token;
  });

  const toast = (text) => {
    const box = document.querySelector(".toasts");
    const note = document.createElement("div");
    note.className = "notice warn";
    note.textContent = text;
    box.append(note);
    setTimeout(() => note.remove(), 8000);
  };
  const said = (name) => document.querySelector(`template[data-text="${name}"]`)?.content.textContent.trim();

  document.addEventListener("htmx:responseError", (event) => {
    const xhr = event.detail.xhr;
    const plain = (xhr.getResponseHeader("Content-Type") || "").startsWith("text/plain");
    toast(plain && xhr.status < 500 ? xhr.responseText : said("failed"));
    // Whatever was refused, the page shows the truth again.
    document.body.dispatchEvent(new CustomEvent("live:desk"));
    document.body.dispatchEvent(new CustomEvent("live:floor"));
  });
  document.addEventListener("htmx:sendError", (event) => {
    // A poll that finds no network is no news; what a person pressed is.
    if (event.detail.requestConfig?.verb !== "get") toast(said("offline"));
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
