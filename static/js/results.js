// The results at the desk: chosen with the arrows while one types on, read, linked, copied, opened.
//
// The focus stays in the search field; which row is meant is told by aria-activedescendant, and by
// aria-selected on the row.
(() => {
  const KOREAN = /^[가-힣\u1100-\u11ff\u3131-\u318e]*$/;
  const TWICE = 80, SAID = 4000;
  let meant = "", composed = "", movedAt = -TWICE, reading = null, quiet;

  const field = () => document.getElementById("search");
  const box = () => document.getElementById("knowledge");
  const pane = () => document.getElementById("reading");
  const rows = () => [...document.querySelectorAll("#results [data-result]")];
  const chosen = () => document.querySelector("#results [aria-selected=true]");
  const button = (does) => document.querySelector(`#knowledge [data-does=${does}]`);
  const address = (kind, row) => box().dataset[kind].replace("/0/", `/${row.dataset.article}/`);
  const linked = (row) => Boolean(document.querySelector(`.linked [data-article="${row.dataset.article}"]`));
  const mayLink = () => {
    const { contact, offer } = document.getElementById("desk").dataset;
    return Boolean(contact) && !offer && Boolean(document.querySelector(".linked"));
  };

  const choose = (row) => {
    chosen()?.setAttribute("aria-selected", "false");
    meant = row?.dataset.article ?? "";
    if (row) {
      row.setAttribute("aria-selected", "true");
      field().setAttribute("aria-activedescendant", row.id);
      row.scrollIntoView({ block: "nearest" });
      if (!pane().hidden) read(row);
    } else {
      field().removeAttribute("aria-activedescendant");
      close();
    }
    look();
  };

  // What can be done with the chosen one, and which are linked already.
  const look = () => {
    if (!box()) return;
    const row = chosen();
    for (const does of ["read", "copy", "open"]) button(does).disabled = !row;
    button("link").disabled = !row || !mayLink() || linked(row);
    for (const one of rows()) one.querySelector("[data-linked]").hidden = !linked(one);
  };

  // Above the first one is the field itself: what was typed, and nothing chosen.
  const along = (step) => {
    const all = rows();
    const at = all.indexOf(chosen());
    if (step < 0) choose(at < 0 ? all.at(-1) : all[at - 1]);
    else choose(all[(at + 1) % all.length]);
  };

  // --- What is done with it

  const read = async (row) => {
    reading?.abort();
    reading = new AbortController();
    const answer = await fetch(address("read", row), { signal: reading.signal }).catch(() => null);
    if (answer?.redirected) return location.reload();
    if (!answer?.ok || row !== chosen()) return;
    pane().innerHTML = await answer.text();
    pane().hidden = false;
    pane().scrollTop = 0;
    button("read").setAttribute("aria-expanded", "true");
  };
  const close = () => {
    reading?.abort();
    pane().hidden = true;
    pane().replaceChildren();
    button("read").setAttribute("aria-expanded", "false");
  };
  const link = (row) => {
    if (!mayLink()) return read(row);
    // The answer is found: the next keys are commands again.
    field().blur();
    if (!linked(row)) htmx.ajax("post", address("link", row), { source: box(), target: "#desk", swap: "morph:outerHTML" });
  };
  const open = (row) => window.open(address("page", row), "_blank", "noopener");

  const copy = async (row) => {
    const text = row.querySelector("[data-aloud]").textContent.trim();
    const done = await navigator.clipboard?.writeText(text).then(() => true, () => false) || copyOldWay(text);
    for (const one of rows()) one.querySelector("[data-copied]").hidden = one !== row || !done;
    const words = document.getElementById("did");
    words.textContent = done ? words.dataset.copied : words.dataset.refused;
    clearTimeout(quiet);
    quiet = setTimeout(() => {
      words.textContent = "";
      for (const one of rows()) one.querySelector("[data-copied]").hidden = true;
    }, SAID);
  };
  // Pages that did not come over HTTPS have no clipboard of their own.
  const copyOldWay = (text) => {
    const area = document.createElement("textarea");
    const [focused, from, to] = [document.activeElement, field().selectionStart, field().selectionEnd];
    area.value = text;
    area.className = "visually-hidden";
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    focused?.focus();
    if (focused === field()) field().setSelectionRange(from, to);
    return done;
  };

  // Whoever counts what searches lead to hears of it.
  const choice = (does) => (row) => {
    row.dispatchEvent(new CustomEvent("chosen", { bubbles: true }));
    does(row);
  };
  const DOES = {
    link: choice(link),
    copy: choice(copy),
    open: choice(open),
    read: (row) => (pane().hidden ? choice(read)(row) : close()),
  };

  // --- Keys in the field

  const KEYS = {
    ArrowDown: () => along(1),
    ArrowUp: () => along(-1),
    Enter: () => (chosen() ? DOES.link(chosen()) : along(1)),
    ArrowRight: () => chosen() && atEnd() && pane().hidden && (DOES.read(chosen()), true),
    ArrowLeft: () => !pane().hidden && (close(), true),
    Escape: () => chosen() && (choose(null), true),
  };
  const atEnd = () => field().selectionStart === field().value.length;
  const ALWAYS = ["ArrowDown", "ArrowUp", "Enter"];

  // Korean leaves the last syllable open until the next key, and an arrow is that key: it moves at
  // once, though it ends the syllable, too. Some systems send it a second time for that.
  const inComposition = (event) => {
    if (!["ArrowDown", "ArrowUp"].includes(event.code) || !KOREAN.test(composed)) return;
    movedAt = performance.now();
    KEYS[event.code]();
  };

  document.addEventListener("keydown", (event) => {
    if (event.target.id !== "search" || event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.isComposing || event.keyCode === 229) return inComposition(event);
    if (event.shiftKey || !(event.key in KEYS)) return;
    const again = event.key.startsWith("Arrow") && performance.now() - movedAt < TWICE;
    if (!again && !KEYS[event.key]() && !ALWAYS.includes(event.key)) return;
    event.preventDefault();
  });
  document.addEventListener("compositionupdate", (event) => { composed = event.data; });

  document.addEventListener("click", (event) => {
    const does = event.target.closest("#knowledge [data-does]");
    if (does && chosen()) DOES[does.dataset.does](chosen());
    const row = event.target.closest("#results [data-result]");
    if (!row || String(getSelection())) return;
    choose(row);
    if (pane().hidden) DOES.read(row);
  });
  // A row takes no focus: one goes on typing.
  document.addEventListener("mousedown", (event) => {
    if (event.target.closest("#results [data-result]") && document.activeElement === field()) event.preventDefault();
  });

  document.addEventListener("found", ({ detail }) => {
    if (detail.field !== field()) return;
    const all = rows();
    field().setAttribute("aria-expanded", String(all.length > 0));
    choose(all.find((row) => row.dataset.article === meant));
  });
  document.addEventListener("htmx:afterSettle", look);
})();
