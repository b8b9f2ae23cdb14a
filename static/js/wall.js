// The wallboard: the time in the center's zone, and a word when the figures are old.
(() => {
  const OLD = 10_000;
  const language = document.documentElement.lang;
  const WRITTEN = {
    time: { hour: "2-digit", minute: "2-digit", hour12: false },
    day: { month: "long", day: "numeric", weekday: "short" },
  };
  const faces = [...document.querySelectorAll("[data-clock]")].map((face) => {
    const options = { timeZone: face.dataset.zone, ...WRITTEN[face.dataset.clock] };
    return { face, format: new Intl.DateTimeFormat(language, options) };
  });
  const told = document.querySelector("[data-old]");
  let fetched = Date.now();

  // Every fetch counts, also one that found nothing new.
  document.addEventListener("htmx:afterRequest", ({ target, detail }) => {
    if (detail.successful && target.matches?.(told.dataset.old)) fetched = Date.now();
  });

  const show = () => {
    for (const { face, format } of faces) {
      const text = format.format(new Date());
      if (face.textContent !== text) face.textContent = text;
    }
    told.querySelector("time").dataset.since = new Date(fetched).toISOString();
    told.hidden = Date.now() - fetched < OLD;
  };
  setInterval(show, 1000);
  show();
})();
