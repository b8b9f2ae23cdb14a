// Finding while one types: every letter asks at once, and the newest answer is the one that stands.
//
// <input data-finds="#where" data-find-url="/find/" data-said="#status">
//
// Several questions may be on their way; an answer that comes after a newer one is dropped, and the
// oldest question is given up when there are too many. What was found stays until something better
// comes. `found` is dispatched on the place when it has changed; data-query says what it answers.
(() => {
  const ON_THE_WAY = 3, BETWEEN = 15, GIVE_UP = 8000, AGAIN = 1500;
  const JAMO = /^[\u1100-\u11ff\u3131-\u318e]$/;
  // Of what is still being put together, only Korean and kana can be looked for: not the Latin
  // letters on their way to Chinese or Japanese ones.
  const READABLE = /^[가-힣\u1100-\u11ff\u3131-\u318e\u3040-\u30ff]*$/;
  const boxes = new WeakMap();

  const boxOf = (field) => {
    if (!boxes.has(field)) {
      // What the page came with has its answer on it.
      const asked = field.defaultValue.trim();
      boxes.set(field, { asked, sent: 0, shown: 0, going: [], composing: false, soon: 0, held: null });
    }
    return boxes.get(field);
  };
  const placeOf = (field) => document.querySelector(field.dataset.finds);
  const said = (name) => document.querySelector(`template[data-text="${name}"]`)?.content.textContent.trim() ?? "";
  const say = (field, text) => {
    const status = field.dataset.said && document.querySelector(field.dataset.said);
    if (status && status.textContent !== text) status.textContent = text;
  };

  // A word of which there is one letter yet, a ㅅ on its way to 수: there is nothing to look for.
  const tooEarly = (field, composed) => {
    if (!READABLE.test(composed)) return true;
    const word = field.value.slice(0, field.selectionEnd).split(/\s/).at(-1);
    return JAMO.test(word);
  };

  // A syllable that ends is followed by the next one with the same key: 숟 ends as 수 and goes on as
  // 수도. What lies between is not asked for.
  const typed = (field, composed = null) => {
    const box = boxOf(field);
    clearTimeout(box.soon);
    if (box.composing && composed === null) box.soon = setTimeout(look, BETWEEN, field, null);
    else look(field, composed);
    box.composing = composed !== null;
  };

  const look = (field, composed) => {
    const box = boxOf(field);
    if (composed !== null && tooEarly(field, composed)) return;
    const query = field.value.trim();
    if (query !== box.asked) return ask(field, query);
    if (!box.composing && box.held) show(field, box.held);
  };

  const ask = async (field, query) => {
    const box = boxOf(field);
    const number = ++box.sent;
    [box.asked, box.held] = [query, null];
    const control = new AbortController();
    box.going.push({ number, control });
    if (box.going.length > ON_THE_WAY) box.going.shift().control.abort();
    if (!query && field.dataset.empty !== "ask") return answered(field, { number, query, html: "" });
    const late = setTimeout(() => control.abort("late"), GIVE_UP);
    try {
      const html = await fetched(field, query, control.signal);
      if (number > box.shown) answered(field, { number, query, html });
    } catch (error) {
      failed(field, number, control.signal, error);
    } finally {
      clearTimeout(late);
    }
  };

  const fetched = async (field, query, signal) => {
    const url = new URL(field.dataset.findUrl, location.href);
    url.searchParams.set("q", query);
    // The last syllable is open: its final consonant may yet begin the next one.
    if (boxOf(field).composing) url.searchParams.set("open", "1");
    const answer = await fetch(url, { headers: { "HX-Request": "true" }, signal });
    // The session has ended: the sign-in page is a page, not a part of this one.
    if (answer.redirected) location.reload();
    if (!answer.ok) throw new Error(answer.status);
    return answer.text();
  };

  const failed = (field, number, signal, error) => {
    const box = boxOf(field);
    if (number !== box.sent || (signal.aborted && signal.reason !== "late")) return;
    const refused = /^4/.test(error.message);
    say(field, said(refused ? "failed" : "unreachable"));
    if (!refused) setTimeout(() => { if (number === box.sent && field.isConnected) ask(field, box.asked); }, AGAIN);
  };

  const answered = (field, answer) => {
    const box = boxOf(field);
    box.shown = answer.number;
    for (const one of box.going) if (one.number < answer.number) one.control.abort();
    box.going = box.going.filter((one) => one.number > answer.number);
    const parts = document.createElement("template");
    parts.innerHTML = answer.html;
    // Nothing for half a syllable is no news: what was found for the whole ones stays.
    const nothing = answer.query && !parts.content.querySelector("[data-found]");
    if (nothing && box.composing && placeOf(field).childElementCount) box.held = { ...answer, parts };
    else show(field, { ...answer, parts });
  };

  const show = (field, { query, parts }) => {
    const place = placeOf(field);
    boxOf(field).held = null;
    const status = parts.content.querySelector("[data-says]");
    status?.remove();
    place.replaceChildren(parts.content);
    place.dataset.query = query;
    say(field, status?.textContent.trim() ?? "");
    place.dispatchEvent(new CustomEvent("found", { bubbles: true, detail: { field, query } }));
  };

  const isOurs = ({ target }) => target.matches?.("input[data-finds]");
  document.addEventListener("input", (event) => {
    if (isOurs(event)) typed(event.target, event.isComposing ? event.data ?? "" : null);
  });
  document.addEventListener("compositionend", (event) => { if (isOurs(event)) typed(event.target); });
  // Without a script the form goes to a page of its own; with one the answer is already there.
  document.addEventListener("submit", (event) => {
    const field = event.target.matches("[role=search]") && event.target.querySelector("input[data-finds]");
    if (!field) return;
    event.preventDefault();
    typed(field);
  });
  // Inside of another form, Enter does not send that.
  document.addEventListener("keydown", (event) => {
    const other = isOurs(event) && event.target.form && !event.target.form.matches("[role=search]");
    if (other && event.key === "Enter" && !event.isComposing) event.preventDefault();
  });
})();
