// The floor: which push a fetch answers, and the sheet in which a supervisor changes an entry.
(() => {
  // The server shares its answers; the number of the push we heard says how new ours must be.
  document.addEventListener("htmx:configRequest", ({ detail }) => {
    const news = detail.triggeringEvent?.detail;
    const number = news?.seqs?.floor ?? news?.seq;
    if (number !== undefined) detail.headers["X-Heard"] = String(number);
  });

  const fold = (details) => {
    details.open = false;
    details.querySelector("summary").focus();
  };

  // Fetched each time it opens, so that it offers what can be done just then. Toggle does not bubble.
  document.addEventListener("toggle", ({ target }) => {
    if (target.open && target.matches("details.steer")) htmx.trigger(target.querySelector(".sheet"), "opened");
  }, true);
  document.addEventListener("click", ({ target }) => {
    if (target.closest("[data-close]")) fold(target.closest("details"));
  });
  document.addEventListener("keydown", (event) => {
    const details = document.querySelector("details.steer[open]");
    // A syllable that is still being put together takes the key for itself.
    if (event.key === "Escape" && details && !event.isComposing) fold(details);
  });

  // Done: the reason was for this once.
  document.addEventListener("htmx:afterRequest", ({ target, detail }) => {
    if (!detail.successful || !target.matches?.("form[data-folds]")) return;
    target.reset();
    const details = target.closest("details");
    if (details) fold(details);
  });
})();
