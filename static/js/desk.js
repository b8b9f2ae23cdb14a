// The desk by keyboard: keys, where the focus goes, the window's title, and the search box.
(() => {
  const TEXT = "input:not([type=checkbox], [type=hidden]), textarea, select";
  // Somebody types: the focus is not taken away, and no letter becomes a command by accident.
  const TYPING = 2000, STRAY = 700;
  const title = document.title;
  let shownOffer = "", shownContact = "", typedAt = -TYPING, movedAt = -STRAY, opening = null;

  const desk = () => document.getElementById("desk");
  const byKey = (key) => document.querySelector(`:is(#desk, #board) [data-key="${CSS.escape(key)}"]`);
  const since = (moment) => performance.now() - moment;

  // --- Keys

  // With Alt, or with a Korean keyboard, the letter on the key counts, not what it writes.
  const keyOf = (event) => {
    const code = /^(Key|Digit|Numpad)(\w)$/.exec(event.code);
    if (event.key === "?" || event.key === "/" || !code) return event.key;
    return (event.shiftKey && code[1] === "Digit" ? "⇧" : "") + code[2].toLowerCase();
  };

  const press = (key) => {
    const target = key === "t" ? document.querySelector(".topics [aria-pressed=true], .topics button") : byKey(key);
    if (!target) return false;
    if (key === "t" || target.matches(TEXT)) {
      target.focus();
      if (target.type === "search") target.select();
      // Where one goes on writing, unless the caret was put elsewhere.
      else if (target.matches("textarea") && !target.selectionEnd) target.setSelectionRange(target.value.length, target.value.length);
      return true;
    }
    target.click();
    if (target.matches("summary")) enter(target.parentElement);
    return true;
  };

  // Into what was opened, as soon as it is there: a part of it may still be on its way.
  const enter = (details) => {
    opening = details.open ? details : null;
    if (!opening) return;
    const first = details.querySelector("[data-first]") || details.querySelector(`:scope > :not(summary) :is(${TEXT}, button)`);
    if (!first) return;
    opening = null;
    details.scrollIntoView({ block: "nearest" });
    first.focus({ preventScroll: true });
  };

  // What has been sent is folded away, so that the next keys are commands again.
  document.addEventListener("htmx:afterRequest", ({ target, detail }) => {
    const details = target.matches?.("form[data-folds]") && detail.successful && target.closest("details");
    if (!details) return;
    details.open = false;
    if (target.matches("[data-resets]")) target.reset();
    document.activeElement?.blur();
  });

  const leaveMenu = (event) => {
    const menu = event.target.closest("details.menu[open]");
    if (!menu) return false;
    menu.open = false;
    menu.querySelector("summary").focus();
    return true;
  };

  const along = (event, all, here) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) all[(all.indexOf(here) + step + all.length) % all.length].focus();
    return Boolean(step);
  };

  const amongResults = (event, result) => {
    const all = [...document.querySelectorAll("[data-result]")];
    const reading = result.querySelector("details");
    if (event.key === "ArrowUp" && result === all[0] || event.key === "Escape") byKey("/").focus();
    else if (event.key === "ArrowDown" && result === all.at(-1)) return true;
    else if (event.key === "ArrowRight") reading.open = true;
    else if (event.key === "ArrowLeft") reading.open = false;
    else if (event.key === " ") reading.open = !reading.open;
    else if (event.key === "Enter") result.querySelector("button").click();
    else return along(event, all, result);
    return true;
  };

  const walk = (event, inText) => {
    if (event.target.id === "search" && ["ArrowDown", "Enter"].includes(event.key)) {
      document.querySelector("[data-result]")?.focus();
      return true;
    }
    if (event.target.matches("[data-result]")) return amongResults(event, event.target);
    if (!inText && event.key === "Escape") return leaveMenu(event);
    const choices = event.target.closest(".menu > .choices");
    return Boolean(choices) && along(event, [...choices.querySelectorAll("button")], event.target);
  };

  document.addEventListener("keydown", (event) => {
    // A syllable is still being put together: every key belongs to it. With Alt it does not.
    if ((event.isComposing || event.keyCode === 229) && !event.altKey) return;
    const inText = event.target.matches(TEXT);
    if (event.key === "Enter" && event.ctrlKey && inText) {
      typedAt = -TYPING;
      return event.target.form?.requestSubmit();
    }
    if (event.ctrlKey || event.metaKey || document.querySelector("dialog[open]")) return;
    if (["Escape", "Tab"].includes(event.key)) typedAt = -TYPING;
    if (event.key === "Escape" && inText) return event.target.blur();
    const stray = event.repeat || (!event.altKey && (since(typedAt) < STRAY || since(movedAt) < STRAY));
    if (!walk(event, inText) && (stray || (inText && !event.altKey) || !press(keyOf(event)))) return;
    event.preventDefault();
    typedAt = -TYPING;
  });
  document.addEventListener("input", (event) => {
    if (event.target.matches(TEXT)) typedAt = performance.now();
  });
  document.addEventListener("click", (event) => {
    const menu = document.querySelector("details.menu[open]");
    if (menu && (!menu.contains(event.target) || event.target.closest(".choices button"))) menu.open = false;
  });

  // --- What is new: the window says who rings, and the focus goes where the work is

  const notice = () => {
    const { offer = "", contact = "" } = desk()?.dataset || {};
    const caller = document.querySelector("[data-caller]")?.textContent.trim();
    document.title = offer ? `☎ ${caller}` : title;
    if (offer && offer !== shownOffer) toAccept();
    else if (offer !== shownOffer || contact !== shownContact) toWork();
    [shownOffer, shownContact] = [offer, contact];
    if (opening?.isConnected) enter(opening);
    document.querySelectorAll("[data-promise]").forEach(say);
    followTopic();
    markLinked();
  };

  const toAccept = () => {
    const inText = document.activeElement?.matches(TEXT);
    if (inText && since(typedAt) < TYPING) return;
    if (inText) movedAt = performance.now();
    document.querySelector("[data-accept]")?.focus();
  };
  const toWork = () => {
    if (document.activeElement !== document.body) return;
    document.querySelector("[data-begin]")?.focus({ preventScroll: true });
  };

  // The department that owns the topic, until the agent chose another one.
  const followTopic = () => {
    const department = document.getElementById("department");
    if (department && !department.dataset.chosen) department.value = desk().dataset.department;
  };
  document.addEventListener("change", (event) => {
    if (event.target.id === "department") event.target.dataset.chosen = "yes";
  });

  const markLinked = () => {
    const linked = new Set([...document.querySelectorAll(".linked [data-article]")].map((item) => item.dataset.article));
    for (const result of document.querySelectorAll("[data-result]")) {
      const done = linked.has(result.dataset.result);
      result.querySelector("[data-linked]").hidden = !done;
      result.querySelector("button").disabled = done;
    }
  };

  document.addEventListener("htmx:afterSettle", notice);
  document.addEventListener("DOMContentLoaded", notice);

  // --- A promise is said as it will be kept: the time that is chosen, the number that is called

  const say = (form) => {
    const usual = form.querySelector("[name=usual]:checked");
    const style = { month: "long", day: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
    const own = new Date(form.elements.due_at.value);
    const when = usual?.dataset.said || (Number.isNaN(own.getTime()) ? "…" : own.toLocaleString(document.documentElement.lang, style));
    form.querySelector("[data-when]").textContent = when;
    form.querySelector("[data-number]").textContent = form.elements.phone.value;
  };
  document.addEventListener("input", ({ target }) => {
    const form = target.form;
    if (!form?.matches("[data-promise]")) return;
    if (target.name === "due_at" && target.value) form.querySelectorAll("[name=usual]").forEach((usual) => { usual.checked = false; });
    if (target.name === "usual") form.elements.due_at.value = "";
    say(form);
  });

  // An answer that was asked for before a verb shows the desk of before: it is asked for again.
  let verbs = 0;
  const isVerb = ({ detail }) => detail.target?.id === "desk" && detail.requestConfig.verb !== "get";
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (isVerb(event)) verbs += 1;
    event.detail.xhr.asOf = verbs;
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { target, xhr, requestConfig } = event.detail;
    if (target.id !== "desk") return;
    // Whoever asked has been swapped away meanwhile: htmx no longer knows how to put the answer in.
    const gone = !requestConfig.elt.isConnected && xhr.status < 400;
    if (!gone && (requestConfig.verb !== "get" || xhr.asOf === verbs)) return;
    event.detail.shouldSwap = false;
    setTimeout(() => document.body.dispatchEvent(new CustomEvent("live:desk")), 50);
  });

  // --- Searching as one types, never for half a syllable

  const SOON = 120, REST = 350;
  let asked = "", timer;

  const find = () => {
    const field = document.getElementById("search");
    if (field.value.trim() === asked) return;
    asked = field.value.trim();
    field.dispatchEvent(new CustomEvent("find"));
  };
  const findIn = (pause) => {
    clearTimeout(timer);
    timer = setTimeout(find, pause);
  };

  document.addEventListener("input", (event) => {
    if (event.target.id !== "search") return;
    if (!event.isComposing) return findIn(SOON);
    clearTimeout(timer);
    // Korean leaves the last syllable open until the next key: after a short rest it is whole.
    if (/^[가-힣]+$/.test(event.data || "")) findIn(REST);
  });
  document.addEventListener("compositionend", (event) => {
    if (event.target.id === "search") findIn(SOON);
  });
})();
