// <time data-since> counts up, <time data-until> counts down and marks itself when it is past.
(() => {
  const written = (seconds) => {
    const part = (value) => String(value).padStart(2, "0");
    const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
    return h ? `${h}:${part(m)}:${part(s)}` : `${m}:${part(s)}`;
  };
  const tick = () => document.querySelectorAll("time[data-since], time[data-until]").forEach((time) => {
    const { since, until } = time.dataset;
    const seconds = Math.round((since ? Date.now() - new Date(since) : new Date(until) - Date.now()) / 1000);
    time.textContent = written(Math.abs(since ? Math.max(seconds, 0) : seconds));
    time.toggleAttribute("data-overdue", !since && seconds < 0);
  });
  setInterval(tick, 1000);
  document.addEventListener("htmx:afterSettle", tick);
  tick();
})();
