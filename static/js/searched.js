// Tells the server how a search ended: what was looked for when typing rested, and what was
// chosen. Not each key: an episode is one row, its last words count, and nobody's name goes along.
//
// A search field has data-searched (the address to tell) and data-results (a selector of the rows,
// each with data-article or data-result). A link or button clicked in a row is a choice; rows that are
// chosen in other ways dispatch "chosen".
(() => {
  const RESTS = 2000, NEW_AFTER = 60_000;
  const field = () => document.querySelector("[data-searched]");
  let episode = "", toldAt = 0, told = "", chosen = "", timer;

  const begin = () => {
    episode = [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  };
  const results = () => document.querySelectorAll(field().dataset.results);
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
  const choose = (row) => {
    if (!row) return;
    const query = field().value.trim();
    const article = row.dataset.article || row.dataset.result;
    // One press is several events.
    if (!query || chosen === `${article} ${query}`) return;
    chosen = `${article} ${query}`;
    clearTimeout(timer);
    tell(query, article);
    episode = told = "";
  };
  // Results that are chosen by key say so themselves.
  document.addEventListener("chosen", (event) => choose(event.target));
  document.addEventListener("click", (event) => {
    if (field()) choose(event.target.closest("a, button, summary")?.closest(field().dataset.results));
  }, true);
})();
