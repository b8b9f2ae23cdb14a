// One key says that something is not right with an article: the one being read, the active result,
// or the one linked last. At the desk in a dialog, on the article's own page where it stands.
(() => {
  const TEXT = "input:not([type=checkbox], [type=hidden]), textarea, select";
  // As at the desk: a letter just after typing is no command.
  const STRAY = 700;
  let typedAt = -STRAY;
  const dialog = () => document.getElementById("feedback");
  const said = (name) => document.querySelector(`template[data-text="${name}"]`)?.content.textContent.trim();

  const chosen = () => {
    const here = document.activeElement?.closest("[data-article], [data-result]");
    const active = document.querySelector("[data-article][aria-selected=true], [data-result][aria-selected=true]");
    const one = here || active || [...document.querySelectorAll(".linked [data-article]")].at(-1);
    return one && (one.dataset.article || one.dataset.result);
  };

  const tell = (text) => {
    const note = document.createElement("div");
    note.className = "notice";
    note.textContent = text;
    document.querySelector(".toasts").append(note);
    setTimeout(() => note.remove(), 5000);
  };

  const open = (of = "") => {
    const place = document.querySelector("details[data-feedback]");
    if (place) {
      place.open = true;
      place.scrollIntoView({ block: "nearest" });
      return place.querySelector("[data-digit], summary").focus();
    }
    const article = of || chosen();
    if (!article) return tell(said("feedback-which"));
    const address = dialog().dataset.address.replace("/0/", `/${article}/`);
    document.getElementById("feedback-form").replaceChildren();
    dialog().showModal();
    htmx.ajax("GET", address, { target: "#feedback-form", swap: "innerHTML" });
  };

  const form = () => document.querySelector("#feedback-form form");
  const isKey = (event, code) => event.code === code && !event.ctrlKey && !event.metaKey && !event.repeat && !event.isComposing;

  document.addEventListener("keydown", (event) => {
    const inText = event.target.matches?.(TEXT);
    const digit = /^(?:Digit|Numpad)([1-4])$/.exec(event.code)?.[1];
    if (digit && isKey(event, event.code) && form()?.contains(event.target) && (!inText || event.altKey)) {
      event.preventDefault();
      event.stopPropagation();
      return form().querySelector(`[data-digit="${digit}"]`).click();
    }
    if (!isKey(event, "KeyW") || event.shiftKey || document.querySelector("dialog[open]")) return;
    const stray = performance.now() - typedAt < STRAY;
    if (!event.altKey && (inText || stray)) return;
    event.preventDefault();
    open();
  }, true);
  // By hand: a button of one article, or without a number of the chosen one.
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-feedback-of]");
    if (button) open(button.dataset.feedbackOf);
  });
  document.addEventListener("input", () => { typedAt = performance.now(); });

  // The form is there, and alive: the first key goes to what is wrong. It was sent: the dialog goes by itself.
  document.addEventListener("htmx:afterSettle", ({ target }) => {
    if (target.id !== "feedback-form") return;
    const done = target.querySelector("[data-said]");
    if (!done) return target.querySelector("[role=alert]") ? form().elements.words.focus() : form().querySelector("[data-digit]").focus();
    if (!dialog()) return;
    dialog().close();
    tell(done.textContent);
  });
  // Among the events of a desk this one is about feedback; what is merged away, the slow poll finds.
  document.body.addEventListener("live:desk", ({ detail }) => {
    if (detail?.name === "feedback-answered") htmx.trigger("#feedback-news", "news");
  });
})();
