// Tells the server how a search ended: what was looked for when typing rested, and what was
// chosen. Not each key: an episode is one row, its last words count, and nobody's name goes along.
//
// A search field has data-searched (the address to tell) and data-found (a selector of the results,
// each with data-article or data-result); whatever is clicked in a result is a choice.
(() => {
  const RESTS = 2000, NEW_AFTER = 60_000;
  const field = () => document.querySelector("[data-searched]");
  let episode = "", toldAt = 0, told = "", chosen = "", timer;

  const begin = () => {
    episode = [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  };
  const results = () => document.querySelectorAll(field().dataset.found);
  const tell = (query, opened = "") => {
    if (query.length < 2) return;
    if (!episode || performance.now() - toldAt > NEW_AFTER) begin();
    [told, toldAt] = [query, performance.now()];
    const body = new URLSearchParams({ episode, q: query, hits: results().length, opened, language: field().dataset.language || "" });
    const token = document.querySelector("meta[name=csrf-token]")?.content;
    fetch(field().dataset.searched, { method: "POST", body, headers: { "X-CSRFToken": token }, keepalive: true }).catch(() => {});
  };

  document.addEventListener("input", (event) => {
    if (event.target !== field()) return;
    clearTimeout(timer);
    const query = field().value.trim();
    if (!query) {
      episode = "";
      return;
    }
    timer = setTimeout(() => { if (query !== told) tell(query); }, RESTS);
  });
  // A choice: what is read, linked or opened. The next words are another search.
  const choose = (event) => {
    const one = field() && event.target.closest?.(field().dataset.found);
    const query = one && field().value.trim();
    const article = one?.dataset.article || one?.dataset.result;
    // One press is several events.
    if (!query || chosen === `${article} ${query}`) return;
    chosen = `${article} ${query}`;
    clearTimeout(timer);
    tell(query, article);
    episode = told = "";
  };
  document.addEventListener("chosen", choose);
  document.addEventListener("click", (event) => { if (event.target.closest("a, button, summary")) choose(event); });
  document.addEventListener("toggle", (event) => { if (event.target.open) choose(event); }, true);
})();
