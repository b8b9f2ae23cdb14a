// The desk by keyboard: keys, where the focus goes, the window's title.
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

  const walk = (event, inText) => {
    if (!inText && event.key === "Escape") return leaveMenu(event);
    const choices = event.target.closest(".menu > .choices");
    return Boolean(choices) && along(event, [...choices.querySelectorAll("button")], event.target);
  };

  document.addEventListener("keydown", (event) => {
    // A syllable is still being put together: every key belongs to it. With Alt it does not.
    if ((event.isComposing || event.keyCode === 229) && !event.altKey) return;
    // Somebody has seen to it: a key that is pressed with intent.
    if (event.defaultPrevented) return void (typedAt = -TYPING);
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

  document.addEventListener("htmx:afterSettle", notice);
  document.addEventListener("DOMContentLoaded", notice);

  // --- A promise is said as it will be kept: the time that is chosen, the number that is called

  const STYLE = { month: "long", day: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  const told = (time, locale, zone) => {
    const moment = new Date(time);
    // What has no zone of its own is what the clock on the wall shows.
    const where = /(Z|[+-]\d\d:\d\d)$/.test(time) ? { timeZone: zone } : {};
    return Number.isNaN(moment.getTime()) ? "…" : moment.toLocaleString(locale, { ...STYLE, ...where });
  };
  const hourOf = (time) => Number(/T(\d\d)/.exec(time)?.[1] ?? 12);
  const isQuiet = (hour, since, until) => (since <= until ? since <= hour && hour < until : hour >= since || hour < until);

  const say = (form) => {
    const { usual, due_at: own, until, phone, language, caller } = form.elements;
    const time = own.value || usual?.value || "";
    const fill = (part, name, text) => part.querySelectorAll(`[data-${name}]`).forEach((place) => { place.textContent = text; });
    for (const part of form.querySelectorAll("[data-spoken]")) {
      part.hidden = part.dataset.spoken !== language.value;
      part.querySelector("[data-moment]").hidden = Boolean(until.value);
      part.querySelector("[data-window]").hidden = !until.value;
      fill(part, "when", told(time, part.lang, form.dataset.zone));
      fill(part, "until", told(until.value, part.lang, form.dataset.zone));
      fill(part, "number", phone.value);
    }
    form.querySelector("[data-department]").hidden = caller.value !== "department";
    const { quietFrom, quietUntil } = form.dataset;
    form.querySelector("[data-at-night]").hidden = !isQuiet(hourOf(time), Number(quietFrom), Number(quietUntil));
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
})();
