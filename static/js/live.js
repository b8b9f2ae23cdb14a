// One socket. It says which topic moved; what there is to see is fetched by htmx as usual.
//
// Messages carry a sequence number. The answer to every ping tells the newest one of each topic, so
// a message that got lost is noticed and fetched for; so it is after every reconnect. Any number but
// the one we know is news: the next, one after a gap, a lower one of a server that began anew.
(() => {
  // What the page is about, and what parts of it listen to beside that.
  const parts = [document.body.dataset.live, ...[...document.querySelectorAll("[data-hears]")].map((part) => part.dataset.hears)];
  const topics = [...new Set(parts.join(" ").split(/\s+/).filter(Boolean))];
  if (!topics.length) return;

  // A ping after ten seconds, its answer awaited for fifteen: 25 s of silence is a dead line. A
  // line that is back must show the truth within two seconds, so the next try is never far away.
  const PING_EVERY = 10_000, ANSWER_WITHIN = 15_000, GATHER = 20, PAUSE = 250, FIRST_WAIT = 300, UNREACHABLE_WAIT = 800, LONGEST_WAIT = 20_000, OPENS_WITHIN = 3000;
  const last = {}, pending = {}, told = {};
  let socket, began = 0, heard = 0, asked = 0, wait = FIRST_WAIT, timer;

  // Soon after the first change, then once in PAUSE; what came in between is told at the end of it.
  const announce = (topic, detail) => {
    if (pending[topic]) {
      pending[topic].detail = detail;
      return;
    }
    const one = (pending[topic] = { detail });
    setTimeout(() => {
      delete pending[topic];
      told[topic] = performance.now();
      document.body.dispatchEvent(new CustomEvent(`live:${topic}`, { detail: one.detail }));
    }, Math.max(GATHER, (told[topic] ?? -PAUSE) + PAUSE - performance.now()));
  };

  const move = (topic, seq, detail) => {
    if (last[topic] === seq) return;
    last[topic] = seq;
    announce(topic, detail);
  };

  const show = (state) => document.querySelectorAll("[data-live-state]").forEach((element) => {
    element.dataset.state = state;
    element.querySelectorAll("[data-when]").forEach((part) => { part.hidden = part.dataset.when !== state; });
  });

  const hear = (message) => {
    heard = Date.now();
    asked = 0;
    if (message.name === "hello") {
      wait = FIRST_WAIT;
      show("live");
      for (const [topic, seq] of Object.entries(message.seqs)) move(topic, seq, message);
    } else if (message.topic) {
      move(message.topic, message.seq, message);
    }
  };

  const connect = () => {
    clearTimeout(timer);
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    const fresh = new WebSocket(`${scheme}//${location.host}/ws/live/?topics=${topics.join(",")}`);
    socket = fresh;
    began = heard = asked = Date.now();
    fresh.onmessage = (event) => { if (fresh === socket) hear(JSON.parse(event.data)); };
    fresh.onclose = () => { if (fresh === socket) connectLater(); };
  };

  // While nothing answers, ask often and cheaply: browsers hold back a socket that failed many
  // times. Where pages answer and sockets do not, the slow polling does, and we ask ever less.
  const connectLater = () => {
    socket = null;
    show("reconnecting");
    clearTimeout(timer);
    timer = setTimeout(probe, wait * (0.5 + Math.random()));
  };

  const probe = async () => {
    const answer = await fetch("/healthz", { cache: "no-store", signal: AbortSignal.timeout(OPENS_WITHIN) }).catch(() => null);
    if (socket) return;
    if (!answer?.ok) {
      wait = Math.min(wait * 2, UNREACHABLE_WAIT);
      return connectLater();
    }
    wait = Math.min(wait * 2, LONGEST_WAIT);
    // What was missed is fetched at once; the socket may take a moment longer.
    topics.forEach((topic) => announce(topic, { name: "back" }));
    connect();
  };

  // A dead line can take minutes to say so: let go of the socket, do not wait for its close.
  const drop = () => {
    const old = socket;
    socket = null;
    old?.close();
  };

  // Silence counts from a question: in a hidden window timers are slow, and no ping means no answer.
  const unanswered = () => asked && Date.now() - asked > ANSWER_WITHIN;
  const ping = () => {
    if (socket?.readyState !== WebSocket.OPEN) return;
    asked ||= Date.now();
    socket.send('{"type":"ping"}');
  };

  const connectNow = () => {
    // After a sleep nothing was heard for long: better a new line than waiting for this one.
    const fresh = Date.now() - heard < PING_EVERY + ANSWER_WITHIN;
    if (socket && socket.readyState <= WebSocket.OPEN && fresh) return ping();
    wait = FIRST_WAIT;
    drop();
    connect();
  };

  setInterval(ping, PING_EVERY);
  const stuck = () => socket?.readyState === WebSocket.CONNECTING && Date.now() - began > OPENS_WITHIN;
  setInterval(() => {
    if (!socket || !(unanswered() || stuck())) return;
    drop();
    connectLater();
  }, 1000);
  window.addEventListener("online", connectNow);
  window.addEventListener("pageshow", (event) => { if (event.persisted) connectNow(); });
  document.addEventListener("visibilitychange", () => { if (!document.hidden) connectNow(); });
  connect();
})();
