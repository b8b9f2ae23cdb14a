// <time data-since> counts up, <time data-until> counts down and marks itself when it is past.
(() => {
  const written = (seconds) => {
    const part = (value) => String(value).padStart(2, "0");
    const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
    return h ? `${h}:${part(m)}:${part(s)}` : `${part(m)}:${part(s)}`;
  };

  const show = (time) => {
    const { since, until } = time.dataset;
    const moment = new Date(since || until).getTime();
    if (Number.isNaN(moment)) return;
    // What has begun counts whole seconds passed; what is still to come counts those left.
    const seconds = since ? Math.floor((Date.now() - moment) / 1000) : Math.ceil((moment - Date.now()) / 1000);
    const overdue = !since && seconds < 0;
    const text = (overdue ? "+" : "") + written(Math.abs(since ? Math.max(seconds, 0) : seconds));
    if (time.textContent !== text) time.textContent = text;
    time.toggleAttribute("data-overdue", overdue);
  };

  const tick = () => document.querySelectorAll("time[data-since], time[data-until]").forEach(show);
  setInterval(tick, 1000);
  // Before the swapped part is painted, so that no clock is empty for a moment.
  document.addEventListener("htmx:afterSwap", tick);
  document.addEventListener("htmx:afterSettle", tick);
  document.addEventListener("visibilitychange", tick);
  tick();
})();
