// Nothing is asked while the tab is hidden, and at once when it is seen again. An answer that fails
// (the server is away) doubles the pause. After news was told, the page has some seconds to draw
// itself, because a second rerun would break off the first.
const EVERY = 500, LONGEST = 20000, PATIENCE = 15000;

function start(state) {
  const ask = async () => {
    clearTimeout(state.timer);
    if (!state.root.isConnected) return stop();
    if (document.hidden || state.asking) return;
    state.asking = true;
    try {
      const answer = await fetch("api/position", { cache: "no-store" });
      if (!answer.ok) throw new Error(answer.status);
      const mark = await answer.text();
      state.pause = EVERY;
      if (mark !== state.shown && Date.now() > state.quiet) {
        state.quiet = Date.now() + PATIENCE;
        state.tell("moved", mark);
      }
    } catch {
      state.pause = Math.min(2 * state.pause, LONGEST);
    }
    state.asking = false;
    state.timer = setTimeout(ask, state.pause);
  };
  const stop = () => document.removeEventListener("visibilitychange", ask);
  document.addEventListener("visibilitychange", ask);
  state.timer = setTimeout(ask, EVERY * (0.5 + Math.random() / 2));
}

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".root");
  const isNew = !root.state;
  const state = root.state ?? (root.state = { root, pause: EVERY, quiet: 0, shown: data });
  if (state.shown !== data) { state.shown = data; state.quiet = 0; }
  state.tell = setTriggerValue;
  if (isNew) start(state);
}
