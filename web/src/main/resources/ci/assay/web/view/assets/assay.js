// What pages do beyond being read: they follow what changes, and a log loads only what is seen.
"use strict";

// --- times --------------------------------------------------------------------------------------

const ago = (seconds) =>
  seconds < 10 ? "just now"
  : seconds < 90 ? `${Math.floor(seconds)} s ago`
  : seconds < 5400 ? `${Math.floor(seconds / 60)} min ago`
  : seconds < 172800 ? `${Math.floor(seconds / 3600)} h ago`
  : `${Math.floor(seconds / 86400)} days ago`;

const lasted = (seconds) =>
  seconds < 60 ? `${Math.floor(seconds)} s`
  : seconds < 3600 ? `${Math.floor(seconds / 60)} min ${Math.floor(seconds % 60)} s`
  : `${Math.floor(seconds / 3600)} h ${Math.floor(seconds / 60) % 60} min`;

const since = (text) => Math.max(0, (Date.now() - Date.parse(text)) / 1000);

setInterval(() => {
  for (const time of document.querySelectorAll("time[datetime]")) time.textContent = ago(since(time.dateTime));
}, 15000);
setInterval(() => {
  for (const run of document.querySelectorAll("[data-since]")) run.textContent = lasted(since(run.dataset.since));
}, 1000);

// --- what changes -------------------------------------------------------------------------------

const topic = document.body.dataset.topic;

const concerns = (changed) =>
  topic === "*" || changed === "*" || changed === topic || changed.startsWith(topic + "/");

let reload, isReloading, wasMissed; // one at a time; what changes meanwhile makes another one
const reloadSoon = () => {
  if (isReloading) wasMissed = true;
  else reload ??= setTimeout(reloadNow, 250);
};

async function reloadNow() {
  reload = undefined;
  isReloading = true;
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const [now, then] = [document.getElementById("live"), page.getElementById("live")];
    if (now && then && now.innerHTML !== then.innerHTML) {
      const focused = now.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
      now.replaceChildren(...then.childNodes);
      if (focused) now.querySelector(`a[href="${CSS.escape(focused)}"]`)?.focus();
    }
    const [log, other] = [document.querySelector(".log"), page.querySelector(".log")];
    const isOver = log?.querySelector("[data-tail]") && !other?.querySelector("[data-tail]");
    if (isOver || (!log && other)) location.reload();
  } finally {
    isReloading = false;
    if (wasMissed) reloadSoon();
    wasMissed = false;
  }
}

if (topic && window.EventSource) {
  const events = new EventSource(`/events?seen=${document.body.dataset.seen}`);
  events.addEventListener("changed", (event) => concerns(event.data) && reloadSoon());
  events.addEventListener("workers", reloadSoon);
  addEventListener("pagehide", () => events.close());
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
}

// --- logs ---------------------------------------------------------------------------------------

const LINE = 20; // the height of a line in pixels, as the style sheet has it
const TALLEST = 8000000; // pixels; browsers lay out no more than some ten million

class Log {
  constructor(box) {
    this.box = box;
    this.window = box.querySelector(".window");
    this.total = Number(box.dataset.total ?? this.window.childElementCount);
    this.chunkSize = Number(box.dataset.chunk); // lines that the server gives at a time
    this.chunks = new Map();
    const first = Number(box.dataset.first);
    if (first === 1) {
      this.chunks.set(0, Promise.resolve(this.window.innerHTML));
      this.drawn = "0-0";
    }
    if (this.total * LINE < innerHeight * 0.72) box.classList.add("short");
    this.spacer = document.createElement("div");
    this.stretch();
    this.spacer.style.position = "relative";
    this.spacer.style.overflowY = "clip"; // what is drawn makes it no taller
    this.window.style.position = "absolute";
    this.window.style.padding = "0";
    box.append(this.spacer);
    this.spacer.append(this.window);
    box.addEventListener("scroll", () => this.draw(), { passive: true });
    box.addEventListener("keydown", (event) => this.key(event));
    addEventListener("hashchange", () => this.toHash());
    addEventListener("resize", () => this.draw());
    // Settles when the length of the log is known.
    this.ready = box.dataset.total ? Promise.resolve() : this.count().catch(() => {});
    if (!this.toHash()) first > 1 ? this.to(first) : this.draw();
  }

  stretch() {
    this.height = Math.min(this.total * LINE, TALLEST);
    this.spacer.style.height = `${this.height}px`;
  }

  // The server has not read a long log through when it gives us its beginning, which is shown first.
  async count() {
    // Reading it would take a core from whoever paints now; a link into it is worth that.
    if (!location.hash) await new Promise((painted) => setTimeout(painted, 250));
    const answer = await fetch(`${this.box.dataset.lines}&first=1`);
    if (!answer.ok) return;
    this.total = Number(answer.headers.get("X-Lines"));
    this.stretch();
    document.querySelector("[data-count]").textContent = `${this.total.toLocaleString("en")} lines, `;
    this.draw();
  }

  async toEnd() {
    await this.ready;
    this.box.scrollTop = this.box.scrollHeight;
  }

  // Of a log taller than the box may be, a pixel scrolled is some pixels of the log.
  get scale() {
    const seen = this.box.clientHeight;
    return this.height <= seen ? 1 : (this.total * LINE - seen) / (this.height - seen);
  }

  // In pixels of the log, as if it were drawn at its whole height.
  get place() { return this.box.scrollTop * this.scale; }

  get top() { return Math.floor(this.place / LINE); }

  chunk(index) {
    if (!this.chunks.has(index)) {
      if (this.chunks.size > 100) this.chunks.delete(this.chunks.keys().next().value);
      const got = fetch(`${this.box.dataset.lines}&first=${index * this.chunkSize + 1}`).then((answer) => {
        if (!answer.ok) throw new Error(answer.statusText);
        return answer.text();
      });
      got.catch(() => this.chunks.delete(index));
      this.chunks.set(index, got);
    }
    return this.chunks.get(index);
  }

  async draw() {
    const seen = Math.ceil(this.box.clientHeight / LINE);
    const from = Math.max(0, Math.floor((this.top - 50) / this.chunkSize));
    const to = Math.min(Math.floor((this.total - 1) / this.chunkSize), Math.floor((this.top + seen + 50) / this.chunkSize));
    const wanted = (this.wanted = {});
    const htmls = await Promise.all(Array.from({ length: to - from + 1 }, (_, at) => this.chunk(from + at)));
    if (wanted !== this.wanted) return;
    const key = `${from}-${to}`;
    if (this.drawn !== key) {
      this.drawn = key;
      this.window.innerHTML = htmls.join("");
      this.mark();
    }
    const offset = from * this.chunkSize * LINE - this.place + this.box.scrollTop;
    this.window.style.top = `${offset}px`;
  }

  async to(wanted) {
    if (wanted > this.total) await this.ready;
    const line = Math.min(this.total, Math.max(1, wanted));
    this.box.scrollTop = Math.max(0, ((line - 4) * LINE) / this.scale);
    this.target = line;
    this.mark();
    return this.draw();
  }

  mark() {
    this.window.querySelector(".target")?.classList.remove("target");
    if (this.target) this.window.querySelector(`#L${this.target}`)?.classList.add("target");
  }

  toHash() {
    const match = /^#L(\d+)$/.exec(location.hash);
    if (!match) return false;
    this.to(Number(match[1]));
    this.box.scrollIntoView({ block: "nearest" });
    return true;
  }

  key(event) {
    if (event.key === "End") { this.toEnd(); event.preventDefault(); }
    if (event.key === "Home") { this.box.scrollTop = 0; event.preventDefault(); }
  }
}

function search(form, log) {
  const said = form.querySelector("output");
  let text, hits, at;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const wanted = form.elements.text.value;
    if (!wanted) { said.textContent = ""; return; }
    if (wanted !== text) {
      hits = await (await fetch(`${form.dataset.find}&text=${encodeURIComponent(wanted)}`)).json();
      text = wanted;
      at = -1;
    }
    if (hits.length === 0) { said.textContent = "not found"; return; }
    at = (at + 1) % hits.length;
    said.textContent = `${at + 1} of ${hits.length}${hits.length === 1000 ? "+" : ""}`;
    log.to(hits[at]);
  });
}

const box = document.querySelector("[data-lines]");
if (box) {
  const log = new Log(box);
  const end = document.querySelector("[data-end]");
  if (end) { end.hidden = false; end.onclick = () => log.toEnd(); }
  const form = document.querySelector("[data-find]");
  search(form, log);
  const findHash = () => {
    const match = /^#find=(.*)$/.exec(location.hash);
    if (!match) return;
    form.elements.text.value = decodeURIComponent(match[1].replaceAll("+", " "));
    form.requestSubmit();
    box.scrollIntoView({ block: "nearest" });
  };
  addEventListener("hashchange", findHash);
  findHash();
}

// --- a log as it is printed ---------------------------------------------------------------------

const tail = document.querySelector("[data-tail]");
if (tail) {
  const MOST = 5000;
  const window_ = tail.querySelector(".window");
  const follow = document.querySelector("[data-follow]");
  const lines = new EventSource(tail.dataset.tail);
  lines.addEventListener("lines", (event) => {
    window_.insertAdjacentHTML("beforeend", event.data);
    while (window_.childElementCount > MOST) window_.firstElementChild.remove();
    if (follow.checked) tail.scrollTop = tail.scrollHeight;
  });
  lines.addEventListener("again", () => window_.replaceChildren());
  lines.addEventListener("end", () => { lines.close(); setTimeout(reloadSoon, 1500); });
  tail.addEventListener("wheel", (event) => { if (event.deltaY < 0) follow.checked = false; }, { passive: true });
  lines.onerror = () => { if (lines.readyState === EventSource.CLOSED) reloadSoon(); };
  addEventListener("pagehide", () => lines.close());
}
