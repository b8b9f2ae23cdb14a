// One socket. It says which topic moved; what there is to see is fetched by htmx as usual.
//
// Messages carry a sequence number. The answer to every ping tells the newest one of each topic, so
// a message that got lost is noticed and fetched for; so it is after every reconnect.
(() => {
  const topics = (document.body.dataset.live || "").split(/\s+/).filter(Boolean);
  if (!topics.length) return;

  const PING_EVERY = 10_000, SILENCE = 25_000, PAUSE = 250;
  const last = {}, pending = {};
  let socket, heard = 0, wait = 300, timer;

  const announce = (topic, detail) => {
    if (pending[topic]) return;
    pending[topic] = setTimeout(() => {
      delete pending[topic];
      document.body.dispatchEvent(new CustomEvent(`live:${topic}`, { detail }));
    }, topic === "desk" ? 20 : PAUSE);
  };

  const show = (state) => document.querySelectorAll("[data-live-state]").forEach((element) => {
    element.dataset.state = state;
    element.querySelectorAll("[data-when]").forEach((part) => { part.hidden = part.dataset.when !== state; });
  });

  const hear = (message) => {
    heard = Date.now();
    if (message.name === "hello") {
      wait = 300;
      show("live");
      for (const [topic, seq] of Object.entries(message.seqs)) {
        if (last[topic] !== seq) announce(topic, message);
        last[topic] = seq;
      }
    } else if (message.topic) {
      last[message.topic] = message.seq;
      announce(message.topic, message);
    }
  };

  const connect = () => {
    clearTimeout(timer);
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    socket = new WebSocket(`${scheme}//${location.host}/ws/live/?topics=${topics.join(",")}`);
    heard = Date.now();
    socket.onmessage = (event) => hear(JSON.parse(event.data));
    socket.onclose = () => {
      show("reconnecting");
      timer = setTimeout(connect, wait * (0.5 + Math.random()));
      wait = Math.min(wait * 2, 10_000);
    };
  };

  const connectNow = () => {
    if (socket.readyState === WebSocket.OPEN) return;
    wait = 300;
    socket.onclose = null;
    socket.close();
    connect();
  };

  setInterval(() => {
    if (socket.readyState !== WebSocket.OPEN) return;
    if (Date.now() - heard > SILENCE) socket.close();
    else socket.send('{"type":"ping"}');
  }, PING_EVERY);
  window.addEventListener("online", connectNow);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) connectNow(); });
  connect();
})();
