// The page as a whole: one state, in the address and on the screen; keys, export and print.
const App = class {
  constructor(index) {
    this.index = index;
    this.keys = this.articleKeys();
    this.byKey = new Map(this.keys.map((key, at) => [key, at]));
    this.state = core.blank();
    this.article = new Article(index, { open: (at) => this.open(at), back: () => this.toList() });
    this.list = new List(index, { open: (at) => this.open(at, { read: true }), choose: (at) => this.open(at) });
    this.facets = new Facets(index, (change, options) => this.change(change, options));
    $("sort").append(...filters.sorts(index).map(([name, { label }]) => h("option", { value: name }, label)));
    $("sort").addEventListener("change", () => this.change((state) => { state.sort = $("sort").value; }));
    $("export").addEventListener("click", () => this.export());
    $("print").addEventListener("click", () => window.print());
    $("help").addEventListener("click", () => $("keys").showModal());
    $("show-filters").addEventListener("click", () => this.view(document.body.dataset.view === "filters" ? "list" : "filters"));
    $("hide-filters").addEventListener("click", () => { this.view("list"); $("show-filters").focus(); });
    $("skip").addEventListener("click", () => { this.view("list"); $("list").focus(); });
    window.addEventListener("popstate", () => this.read());
    window.addEventListener("beforeprint", () => this.printed());
    document.addEventListener("keydown", (event) => this.key(event));
    this.outline();
  }

  // An article's id names it in the address; where ids repeat, file and line do.
  articleKeys() {
    const { articles, events, sources } = this.index;
    const seen = new Map();
    for (const id of articles.id) seen.set(id, (seen.get(id) || 0) + 1);
    return events.article.map((article, at) => {
      const id = articles.id[article];
      const name = id && seen.get(id) === 1 ? id : `${sources[articles.source[article]]}:${articles.line[article]}`;
      return `${name}/${events.number[at] + 1}`;
    });
  }

  outline() {
    const { answers, articles, claimed } = this.index;
    const without = answers - articles.id.length;
    $("outline").textContent = [`${core.count(claimed, "event")} in ${core.count(answers, "article")}`,
      this.index.undecided ? `${this.index.undecided.toLocaleString("en")} undecided` : "",
      without ? `${without.toLocaleString("en")} without an event, not listed` : ""].filter(Boolean).join(" · ");
  }

  narrow() { return matchMedia("(max-width: 56rem)").matches; }

  read() {
    this.state = core.readHash(location.hash);
    const at = this.byKey.get(this.state.event);
    this.view(at !== undefined && this.narrow() ? "article" : "list");
    this.update({ first: true });
  }

  change(change, { typing = false } = {}) {
    change(this.state);
    if (!typing) return this.update();
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(() => this.update());
  }

  update({ first = false } = {}) {
    const started = performance.now();
    const { matches, counts } = filters.apply(this.index, this.state);
    this.matches = matches;
    this.facets.update(this.state, counts);
    $("sort").value = filters.sorts(this.index).some(([name]) => name === this.state.sort) ? this.state.sort : filters.usual(this.index);
    $("count").textContent = this.counted(matches);
    this.chips();
    this.nothing();
    const at = this.byKey.get(this.state.event);
    const current = at ?? (this.narrow() ? -1 : matches[0] ?? -1);
    if (!first) $("list").scrollTop = 0;
    this.list.show(matches, current);
    if (first) this.list.reveal();
    if (current >= 0) this.article.show(current);
    else this.article.empty(matches.length ? "Choose an event to read its article." : "");
    this.write(false);
    document.documentElement.dataset.updated = (performance.now() - started).toFixed(1);
  }

  counted(matches) {
    const { events, claimed } = this.index;
    const number = matches.filter((at) => events.type[at] >= 0).length, open = matches.length - number;
    const told = number === claimed ? core.count(number, "event") : `${number.toLocaleString("en")} of ${core.count(claimed, "event")}`;
    return told + (open ? ` + ${open.toLocaleString("en")} undecided` : "");
  }

  write(push) {
    const hash = core.writeHash(this.state);
    if (hash === location.hash.slice(1)) return;
    history[push ? "pushState" : "replaceState"](null, "", hash ? `#${hash}` : location.href.split("#")[0]);
  }

  open(at, { read = false } = {}) {
    this.state.event = this.keys[at];
    this.article.rank = 0;
    this.article.show(at);
    this.list.select(at);
    const turn = read && this.narrow();
    this.write(turn);
    if (turn) this.view("article");
    if (read) $("article").focus({ preventScroll: true });
  }

  toList() {
    this.view("list");
    this.list.reveal();
    $("list").focus({ preventScroll: true });
  }

  view(name) {
    document.body.dataset.view = name;
    $("show-filters").setAttribute("aria-expanded", String(name === "filters"));
  }

  chips() {
    const { state } = this, chips = [];
    const add = (label, change) => chips.push(h("button", { type: "button", class: "chip", title: "Remove this filter", onclick: () => this.change(change) }, label, h("span", { "aria-hidden": "true" }, " ×")));
    for (const type of state.types) add(core.spoken(type), (to) => to.types.delete(type));
    if (state.from || state.to) add([state.from && `from ${core.day(state.from)}`, state.to && `to ${core.day(state.to)}`].filter(Boolean).join(" "), (to) => Object.assign(to, { from: "", to: "" }));
    for (const slot of ["perpetrators", "victims"]) {
      const label = this.index.slot_labels[slot];
      for (const name of state[slot].chosen) add(`${label}: ${name}`, (to) => to[slot].chosen.delete(name));
      if (state[slot].text.trim() && !state[slot].chosen.size) add(`${label} contains “${state[slot].text.trim()}”`, (to) => { to[slot].text = ""; });
    }
    if (state.confidence) add(`at least ${state.confidence} %`, (to) => { to.confidence = 0; });
    if (state.answer) add(state.answer, (to) => { to.answer = ""; });
    if (state.main) add("main events", (to) => { to.main = false; });
    $("active").hidden = !chips.length;
    $("active").textContent = chips.length;
    if (chips.length > 1) chips.push(h("button", { type: "button", class: "chip all", onclick: () => this.clear() }, "Clear all"));
    $("chips").replaceChildren(...chips);
  }

  clear() {
    this.change((state) => Object.assign(state, core.blank(), { sort: state.sort, event: state.event }));
    $("list").focus();
  }

  nothing() {
    const none = !this.matches.length;
    $("nothing").hidden = !none;
    $("list").hidden = none;
    if (!none) return;
    $("nothing").replaceChildren(...(this.index.size
      ? [h("p", {}, "No event passes these filters."), h("button", { type: "button", onclick: () => this.clear() }, "Clear all filters")]
      : [h("p", {}, "The file has no events."), h("p", { class: "quiet" }, `${core.count(this.index.answers, "article")} read, none with an event.`)]));
  }

  export() {
    const text = core.csv(filters.table(this.index, this.matches));
    const link = h("a", { href: URL.createObjectURL(new Blob([text], { type: "text/csv;charset=utf-8" })), download: `${this.index.title.replace(/\.jsonl(\.gz)?$/, "")}.csv` });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  }

  // Paper gets a plain table of the events in the list; a very long one is for the spreadsheet.
  printed() {
    if (document.body.dataset.print === "article") return;
    const MOST = 1000, left = this.matches.length - MOST;
    const { index } = this;
    const columns = [
      ["Date", (at) => core.day(index.day[at])],
      ["Event", (at) => `${eventName(index, at)}, ${core.percent(index.events.confidence[at])}`],
      ["Perpetrators", (at) => namesOf(index, "perpetrators", at).join(", ")],
      ["Victims", (at) => namesOf(index, "victims", at).join(", ")],
      ["Article", (at) => subjectOf(index, at)],
    ].slice(index.dated ? 0 : 1);
    $("printed").replaceChildren(
      h("caption", {}, $("count").textContent + (left > 0 ? `; the first ${MOST} are printed, the CSV file has them all` : "")),
      h("thead", {}, h("tr", {}, columns.map(([label]) => h("th", { scope: "col" }, label)))),
      h("tbody", {}, this.matches.slice(0, MOST).map((at) => h("tr", {}, columns.map(([, of]) => h("td", {}, of(at)))))));
  }

  key(event) {
    if (event.altKey || event.ctrlKey || event.metaKey || $("keys").open) return;
    if (event.key === "Escape" && document.body.dataset.view !== "list") return this.toList();
    if (event.target.closest("input, select, textarea")) {
      if (event.key === "Escape") $("list").focus();
      return;
    }
    const act = {
      j: () => this.list.move(1), k: () => this.list.move(-1), n: () => this.article.nextEvidence(),
      "?": () => $("keys").showModal(), Escape: () => this.toList(),
      "/": () => { if (this.narrow()) this.view("filters"); $("search-perpetrators").focus(); },
    }[event.key];
    if (act) { event.preventDefault(); act(); }
  }
};

const fail = (text) => {
  $("outline").textContent = "";
  $("count").textContent = "Nothing to show";
  $("nothing").hidden = false;
  $("list").hidden = true;
  $("nothing").replaceChildren(h("p", { role: "alert" }, text));
};
const start = async () => {
  if (!data.supported()) return fail("This browser is too old to unpack the page; it needs one of 2023 or later.");
  try {
    new App(await data.index()).read();
    document.documentElement.dataset.ready = performance.now().toFixed(1);
  } catch (error) {
    fail(`The page is damaged and cannot be read (${error.message}). Write it again with whodid browse.`);
  }
};
start();
