// Pinned notices: fetched when one begins or ends by the clock, and folded to one line.
(() => {
  // So many desks do not ask in the same instant; a timer of days is looked at anew every hour.
  const SPREAD = 250, LONGEST = 3_600_000;
  let timer;

  const wait = () => {
    clearTimeout(timer);
    const seconds = document.querySelector("[data-next-in]")?.dataset.nextIn;
    if (!seconds) return;
    const pause = seconds * 1000 + Math.random() * SPREAD;
    timer = setTimeout(() => document.body.dispatchEvent(new CustomEvent("live:notices")), Math.min(pause, LONGEST));
  };
  document.addEventListener("DOMContentLoaded", wait);
  document.addEventListener("htmx:afterSettle", ({ target }) => { if (target.id === "notices") wait(); });

  document.addEventListener("toggle", ({ target }) => {
    if (!target.matches?.("[data-notice]")) return;
    const folded = target.open ? "0" : "1";
    const { fold, version } = target.dataset;
    if (target.dataset.folded === folded) return;
    target.dataset.folded = folded;
    const headers = { "X-CSRFToken": document.querySelector("meta[name=csrf-token]").content };
    fetch(fold, { method: "POST", headers, body: new URLSearchParams({ version, folded }), keepalive: true }).catch(() => {});
  }, true);

  // An article that is ticked among those offered stays when one looks for the next.
  document.addEventListener("change", ({ target }) => {
    if (target.checked && target.matches("#offered [name=articles]")) document.getElementById("chosen").append(target.closest("li"));
  });
})();
