// The filters: every control says how many events it would leave. They change the state and ask for an update.
const Facets = class {
  constructor(index, change) {
    this.index = index;
    this.change = change;
    this.element = $("filters");
    this.element.addEventListener("submit", (event) => event.preventDefault());
    this.element.append(...there([
      h("div", { class: "drawer-bar" }, h("h2", {}, "Filters"), h("button", { type: "button", id: "hide-filters" }, "Show events")),
      this.types(), index.dated ? this.dates() : null, this.names("perpetrators", "Perpetrator"),
      this.names("victims", "Victim"), this.confidence(), this.answer()]));
  }

  group(label, ...children) {
    return h("fieldset", {}, h("legend", {}, label), ...children);
  }

  box(label, toggle) {
    const input = h("input", { type: "checkbox", onchange: () => toggle(input.checked) });
    const number = h("span", { class: "number" });
    const bar = h("i", { "aria-hidden": "true" });
    return { input, number, bar, element: h("label", { class: "box" }, input, h("span", { class: "name", dir: "auto" }, label), number, bar) };
  }

  static count(box, number, most) {
    box.number.textContent = number.toLocaleString("en");
    width(box.bar, most ? number / most : 0);
    box.element.classList.toggle("empty", !number && !box.input.checked);
  }

  types() {
    const total = new Int32Array(this.index.types.length);
    for (const type of this.index.events.type) if (type >= 0) total[type] += 1;
    const order = [...total.keys()].sort((a, b) => total[b] - total[a]);
    this.typeBoxes = new Map(order.map((type) => [type, this.box(core.spoken(this.index.types[type]), (on) =>
      this.change((state) => state.types[on ? "add" : "delete"](this.index.types[type])))]));
    return this.group("Event type", ...[...this.typeBoxes.values()].map((box) => box.element));
  }

  dates() {
    const { first, last } = this.index;
    const input = (name, label) => {
      const field = h("input", { type: "date", min: first, max: last, onchange: () => this.change((state) => { state[name] = field.value; }) });
      return { field, element: h("label", { class: "date" }, h("span", {}, label), field) };
    };
    this.from = input("from", "From");
    this.to = input("to", "To");
    this.time = core.timeline(first, last);
    this.bars = new Map(this.time.bars.map((at) => [at, h("i", { title: at, onclick: () => this.pick(at) }, h("b"))]));
    this.chart = h("div", { class: "timeline", role: "img" }, ...this.bars.values());
    const missing = this.index.size - this.index.dated;
    return this.group("Date", this.chart,
      h("div", { class: "ends quiet", "aria-hidden": "true" }, h("span", {}, this.time.bars[0]), h("span", {}, this.time.bars.at(-1))),
      h("div", { class: "dates" }, this.from.element, this.to.element),
      missing ? h("p", { class: "quiet" }, `${core.count(missing, "event")} without a date`) : null);
  }

  pick(bar) {
    const [from, to] = core.bounds(this.time.unit, bar);
    this.change((state) => {
      const same = state.from === from && state.to === to;
      Object.assign(state, same ? { from: "", to: "" } : { from, to });
    });
  }

  names(slot, label) {
    const input = h("input", {
      type: "search", id: `search-${slot}`, placeholder: "Search names", "aria-label": `${label}: search names`, spellcheck: false,
      oninput: () => this.change((state) => { state[slot].text = input.value; }, { typing: true }),
    });
    const list = h("div", { class: "names" });
    const more = h("p", { class: "quiet" });
    this[slot] = { input, list, more };
    return this.group(label, input, list, more);
  }

  confidence() {
    this.range = h("input", {
      type: "range", min: 0, max: 100, step: 1, id: "confidence", "aria-label": "Confidence, at least",
      oninput: () => this.change((state) => { state.confidence = Number(this.range.value); }, { typing: true }),
    });
    this.rangeSays = h("output", { for: "confidence" });
    return this.group("Confidence", h("div", { class: "range" }, this.range, this.rangeSays));
  }

  answer() {
    const toggle = (name) => (on) => this.change((state) => { state.answer = on ? name : ""; });
    this.decided = this.box("decided", toggle("decided"));
    this.undecided = this.box("undecided", toggle("undecided"));
    this.main = this.box("the article’s main event", (on) => this.change((state) => { state.main = on; }));
    this.undecided.element.title = "The model claims neither “event” nor “no event” for the article.";
    return this.group("Answer", this.decided.element, this.undecided.element, this.index.hasMain ? this.main.element : null);
  }

  update(state, counts) {
    const most = Math.max(1, ...counts.types);
    for (const [type, box] of this.typeBoxes) {
      box.input.checked = state.types.has(this.index.types[type]);
      Facets.count(box, counts.types[type], most);
    }
    for (const name of ["decided", "undecided"]) {
      this[name].input.checked = state.answer === name;
      Facets.count(this[name], counts[name], counts.decided + counts.undecided);
    }
    this.main.input.checked = state.main;
    Facets.count(this.main, counts.main, counts.decided + counts.undecided);
    this.range.value = state.confidence;
    this.rangeSays.textContent = state.confidence ? `at least ${state.confidence} %` : "any";
    for (const slot of ["perpetrators", "victims"]) this.updateNames(slot, state, counts[slot]);
    if (this.index.dated) this.updateDates(state, counts.days);
  }

  updateNames(slot, state, counts) {
    const { input, list, more } = this[slot];
    if (input.value !== state[slot].text) input.value = state[slot].text;
    const focused = document.activeElement?.closest(".names") === list ? document.activeElement.dataset.name : undefined;
    const found = filters.suggest(this.index, state[slot], counts, 6);
    const most = Math.max(1, ...found.names.map((name) => counts[name]));
    const boxes = found.names.map((name) => {
      const text = this.index.names[name];
      const box = this.box(text, (on) => this.change((to) => {
        to[slot].chosen[on ? "add" : "delete"](text);
        if (on) to[slot].text = "";
      }));
      box.input.checked = state[slot].chosen.has(text);
      box.input.dataset.name = name;
      Facets.count(box, counts[name], most);
      return box;
    });
    list.replaceChildren(...boxes.map((box) => box.element));
    more.textContent = found.more ? `${core.count(found.more, "more name")}; type to find them` : boxes.length ? "" : "No such name under the other filters.";
    if (focused !== undefined) (boxes.find((box) => box.input.dataset.name === focused)?.input || input).focus();
  }

  updateDates(state, days) {
    this.from.field.value = state.from;
    this.to.field.value = state.to;
    const totals = new Map();
    for (const [iso, number] of days) {
      const bar = core.barOf(this.time.unit, iso);
      totals.set(bar, (totals.get(bar) || 0) + number);
    }
    const most = Math.max(1, ...totals.values());
    for (const [at, bar] of this.bars) {
      const number = totals.get(at) || 0;
      const [from, to] = core.bounds(this.time.unit, at);
      bar.firstChild.style.blockSize = `${(number / most) * 100}%`;
      bar.title = `${at}: ${core.count(number, "event")}`;
      bar.classList.toggle("out", Boolean((state.from && to < state.from) || (state.to && from > state.to)));
    }
    const busiest = [...totals].sort((a, b) => b[1] - a[1])[0];
    this.chart.setAttribute("aria-label", `Events by ${this.time.unit}` + (busiest ? `; most in ${busiest[0]}: ${busiest[1]}` : ""));
  }
};
