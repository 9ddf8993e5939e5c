// The list of events: only the rows in sight exist, so ten thousand scroll as ten do.
const List = class {
  constructor(index, { open, choose }) {
    this.index = index;
    this.matches = [];
    this.current = -1;
    this.element = $("list");
    this.rows = $("rows");
    this.choose = choose;
    this.open = open;
    this.drawn = "";
    this.element.addEventListener("scroll", () => this.later(), { passive: true });
    new ResizeObserver(() => { this.drawn = ""; this.later(); }).observe(this.element);
    this.element.addEventListener("keydown", (event) => this.key(event));
    this.rows.addEventListener("click", (event) => {
      const row = event.target.closest("[role=option]");
      if (row) this.open(Number(row.dataset.at));
    });
  }

  height() {
    const style = getComputedStyle(document.documentElement);
    return parseFloat(style.getPropertyValue("--row")) * parseFloat(style.fontSize);
  }

  show(matches, current) {
    this.matches = matches;
    this.place = new Map(matches.map((at, place) => [at, place]));
    this.current = current;
    this.drawn = "";
    this.draw();
  }

  select(current, { reveal = true } = {}) {
    this.current = current;
    this.drawn = "";
    if (reveal) this.reveal();
    this.draw();
  }

  reveal() {
    const place = this.place.get(this.current);
    if (place === undefined) return;
    const row = this.height(), top = place * row, { scrollTop, clientHeight } = this.element;
    if (top < scrollTop) this.element.scrollTop = top;
    else if (top + row > scrollTop + clientHeight) this.element.scrollTop = top + row - clientHeight;
  }

  later() {
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(() => this.draw());
  }

  draw() {
    const row = this.height(), { scrollTop, clientHeight } = this.element, total = this.matches.length;
    const first = Math.max(0, Math.min(Math.floor(scrollTop / row), total - 1) - 6);
    const last = Math.min(total, Math.ceil((scrollTop + clientHeight) / row) + 6);
    const drawn = `${first} ${last}`;
    if (drawn === this.drawn) return;
    this.drawn = drawn;
    this.rows.style.blockSize = `${total * row}px`;
    this.rows.style.paddingBlockStart = `${first * row}px`;
    const rows = [];
    for (let place = first; place < last; place += 1) rows.push(this.row(this.matches[place], place));
    this.rows.replaceChildren(...rows);
    this.element.setAttribute("aria-activedescendant", this.place.has(this.current) ? `row-${this.current}` : "");
  }

  row(at, place) {
    const { index } = this, article = index.events.article[at], { articles, events } = index;
    const people = ["perpetrators", "victims"].map((slot) => {
      const names = namesOf(index, slot, at);
      return h("span", { class: `who ${slot}` + (names.length ? "" : " none"), title: names.join(", ") }, names.join(", ") || `no ${index.slot_labels[slot]} found`);
    });
    return h("div", {
      role: "option", id: `row-${at}`, class: "row", "data-at": at, "aria-selected": String(at === this.current),
      "aria-setsize": this.matches.length, "aria-posinset": place + 1,
    },
    h("div", { class: "line" },
      h("span", { class: "type" }, eventName(index, at)),
      events.main[at] && index.together[article] > 1 ? h("span", { class: "flag" }, "main") : null,
      articles.undecided[article] && events.type[at] >= 0 ? h("span", { class: "flag" }, "undecided") : null,
      h("span", { class: "sure" }, h("span", { class: "spark", "aria-hidden": "true" }, width(h("i"), events.confidence[at])), core.percent(events.confidence[at])),
      h("time", {}, core.day(index.day[at]))),
    events.type[at] < 0 ? h("div", { class: "line quiet" }, "neither an event nor none is claimed")
      : h("div", { class: "line people" }, people[0], h("span", { class: "arrow", "aria-label": "to" }, "→"), people[1]),
    h("div", { class: "line subject", dir: "auto" }, subjectOf(index, at)));
  }

  key(event) {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const page = Math.max(1, Math.floor(this.element.clientHeight / this.height()) - 1);
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -Infinity, End: Infinity }[event.key];
    if (step !== undefined) {
      event.preventDefault();
      this.move(step);
    } else if (event.key === "Enter" && this.place.has(this.current)) {
      event.preventDefault();
      this.open(this.current);
    }
  }

  move(step) {
    if (!this.matches.length) return;
    const from = this.place.has(this.current) ? this.place.get(this.current) : step > 0 ? -1 : this.matches.length;
    this.choose(this.matches[Math.max(0, Math.min(this.matches.length - 1, from + step))]);
  }
};
