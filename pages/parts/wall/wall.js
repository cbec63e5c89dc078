// The wall in the browser: which board is on, what the keys do, and the alarm.
//
// All boards are here, so that the turn changes without the server and at the same moment on every
// screen: the server's clock decides. The alarm needs no server either: an answer that does not
// come raises it. Once the server answers again after an alarm, or is another process than before,
// the page loads itself anew; never while nothing answers, because then nothing would come back.
const POLL = 5000, POLL_LOST = 2000, TIMEOUT = 4000, LOST = 12000;
const BEAT_LOST = 60000, TICK = 250, HELD = 15 * 60000, DAY = 86400000, SHANGHAI = 8 * 3600000;

export const turn = (ms, seconds, turns) => Math.floor(ms / 1000 / seconds) % turns;
export const dayOf = (ms, at) => {
  const [hour, minute] = at.split(":").map(Number);
  return Math.floor((ms + SHANGHAI - (hour * 60 + minute) * 60000) / DAY);
};
export const lasting = (seconds) => {
  const minutes = Math.floor(seconds / 60), hours = Math.floor(minutes / 60);
  if (minutes < 1) return `${Math.floor(seconds)} 秒`;
  return hours < 1 ? `${minutes} 分钟` : `${hours} 小时`;
};
// Slowly, by a third of a unit to each side: no line stays on the same pixels for years.
export const shiftAt = (ms) => {
  const minutes = ms / 60000;
  return [0.35 * Math.sin(minutes / 7), 0.35 * Math.cos(minutes / 11)];
};

class Wall {
  constructor(root) {
    this.root = root;
    this.sections = [];
    this.held = null;
    this.good = performance.now();
    this.isLost = false;
    this.part = (name) => root.querySelector(name);
    this.keys = (event) => this.press(event);
  }
  start() {
    document.addEventListener("keydown", this.keys);
    this.timer = setInterval(() => this.tick(), TICK);
    this.ask();
  }
  stop() {
    document.removeEventListener("keydown", this.keys);
    clearInterval(this.timer);
    clearTimeout(this.asking);
  }
  take(data) {
    this.data = data;
    this.clock(data.now);
    if (!this.beat) this.beat = { at: "", seen: performance.now() };
    this.day ??= data.reload_at ? dayOf(this.now(), data.reload_at) : 0;
    this.root.classList.toggle("meeting", data.at !== null);
    this.part(".bureau").textContent = data.bureau;
    this.part(".said").textContent = data.foot;
    const stage = this.part(".stage");
    data.boards.forEach((markup, i) => {
      const section = this.sections[i] ?? stage.appendChild(document.createElement("section"));
      this.sections[i] = section;
      if (section.markup !== markup) { section.innerHTML = markup; section.markup = markup; }
    });
    this.sections.splice(data.boards.length).forEach((section) => section.remove());
    this.tick();
  }
  clock(server) { this.offset = server - Date.now(); }
  now() { return Date.now() + this.offset; }

  shown() {
    if (this.data.at !== null) return this.data.at;
    if (this.held && performance.now() - this.held.since > HELD) this.held = null;
    const { turns, seconds } = this.data;
    return turns[this.held ? this.held.turn : turn(this.now(), seconds, turns.length)];
  }
  tick() {
    if (!this.root.isConnected) return this.stop();
    const at = this.shown();
    this.sections.forEach((section, i) => {
      section.className = i === at ? "board on" : "board";
    });
    const time = new Date(this.now() + SHANGHAI).toISOString().slice(11, 16);
    this.say(".time", this.held ? `已暂停　${time}` : time);
    this.say(".dots", this.data.boards.map((_, i) => (i === at ? "●" : "○")).join(""));
    const [x, y] = this.data.at === null ? shiftAt(this.now()) : [0, 0];
    this.part(".inner").style.translate = `calc(${x.toFixed(2)} * var(--u)) calc(${y.toFixed(2)} * var(--u))`;
    this.warn();
  }
  say(name, text) {
    const element = this.part(name);
    if (element.textContent !== text) element.textContent = text;
  }

  press(event) {
    const typing = event.composedPath().some((e) => e.matches?.("input, textarea, [role=dialog]"));
    if (typing || event.ctrlKey || event.altKey || event.metaKey) return;
    const step = { ArrowLeft: -1, ArrowRight: 1, PageUp: -1, PageDown: 1 }[event.key];
    if (step) this.step(step);
    else if (event.key === " " && this.data.at === null) this.hold();
    else if (event.key.toLowerCase() === "f") this.fill();
    else if (event.key.toLowerCase() === "m") this.tell("meeting", this.data.at === null);
    else return;
    event.preventDefault();
    if (this.data.at === null) this.tick();
  }
  current() {
    const { turns, seconds } = this.data;
    return this.held ? this.held.turn : turn(this.now(), seconds, turns.length);
  }
  hold() {
    this.held = this.held ? null : { turn: this.current(), since: performance.now() };
  }
  step(by) {
    if (this.data.at !== null) return this.tell("stepped", by);
    const { turns } = this.data;
    let next = this.current();
    for (let i = 0; i < turns.length && turns[next] === this.shown(); i++)
      next = (next + by + turns.length) % turns.length;
    this.held = { turn: next, since: performance.now() };
  }
  fill() {
    if (document.fullscreenElement) document.exitFullscreen();
    else document.documentElement.requestFullscreen?.().catch(() => {});
  }

  async ask() {
    let wait = POLL;
    try {
      const answer = await fetch("api/health", {
        cache: "no-store", signal: AbortSignal.timeout(TIMEOUT),
      });
      if (!answer.ok) throw new Error(answer.status);
      this.heard(await answer.json());
    } catch {
      wait = POLL_LOST;
    }
    if (this.root.isConnected) this.asking = setTimeout(() => this.ask(), wait);
  }
  heard(health) {
    const mustReload = this.isLost || (this.started && this.started !== health.started_at);
    this.good = performance.now();
    this.started = health.started_at;
    this.clock(Date.parse(health.time));
    this.age = health.data_age_seconds;
    if (mustReload) return this.reload();
    if (this.data.reload_at && dayOf(this.now(), this.data.reload_at) > this.day)
      return this.reload();
    this.watch();
  }
  // The figures come by another way than the health: a beat every ten seconds.
  watch() {
    const at = document.querySelector(".hf-beat")?.dataset.at;
    if (at !== this.beat.at || document.hidden) this.beat = { at, seen: performance.now() };
    else if (performance.now() - this.beat.seen > BEAT_LOST) this.reload();
  }
  async reload() {
    if (this.leaving) return;
    this.leaving = true;
    try {
      const page = await fetch(location.href, {
        cache: "no-store", signal: AbortSignal.timeout(TIMEOUT),
      });
      if (page.ok) return location.reload();
    } catch { /* asked again with the next answer */ }
    this.leaving = false;
  }
  warn() {
    const silent = (performance.now() - this.good) / 1000;
    if (silent * 1000 > LOST) this.isLost = true;
    const age = this.age == null ? 0 : this.age + silent;
    let text = "";
    if (this.isLost)
      text = `与服务器的连接已中断 ${lasting(silent)}，屏上是${this.data.data_time}的数据，恢复后自动更新`;
    else if (age > this.data.oldest)
      text = `数据已 ${lasting(age)}没有更新（数据时间 ${this.data.data_time}），请检查数据接入`;
    this.say(".alarm", text);
    this.part(".alarm").hidden = !text;
  }
}

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".wall");
  const isNew = !root.state;
  const wall = root.state ?? (root.state = new Wall(root));
  wall.tell = setTriggerValue;
  wall.take(data);
  if (isNew) wall.start();
  root.onclick = (event) => {
    const link = event.target.closest("a[href]");
    if (!link) return;
    event.preventDefault();
    if (data.at !== null && link.getAttribute("href")) setTriggerValue("opened", link.getAttribute("href"));
  };
}
