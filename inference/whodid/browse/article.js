// One article: the event in focus with its people and evidence, and the text with everything marked that belongs to it.
const Article = class {
  constructor(index, { open, back }) {
    this.index = index;
    this.open = open;
    this.back = back;
    this.element = $("article");
    this.shown = -1;
    this.siblings = new Map();
    index.events.article.forEach((article, at) => {
      if (!this.siblings.has(article)) this.siblings.set(article, []);
      this.siblings.get(article).push(at);
    });
  }

  empty(text) {
    this.shown = -1;
    this.element.replaceChildren(h("p", { class: "blank quiet" }, text));
  }

  async show(at) {
    if (at === this.shown) return;
    this.shown = at;
    const { index } = this, article = index.events.article[at], { articles } = index;
    try {
      const detail = await data.article(articles.block[article], articles.at[article]);
      if (this.shown !== at) return;
      this.element.replaceChildren(...there(this.build(at, article, detail)));
      this.element.scrollTop = 0;
      this.element.dataset.event = at;
    } catch (error) {
      if (this.shown !== at) return;
      this.element.replaceChildren(h("p", { class: "note", role: "alert" },
        h("strong", {}, "This article cannot be shown. "), `The page is damaged: ${error.message}. Write it again with whodid browse.`));
    }
  }

  build(at, article, detail) {
    const { index } = this, { articles, events } = index;
    const number = events.number[at];
    const source = index.sources[articles.source[article]];
    const facts = [core.day(articles.date[article]), articles.id[article],
      source ? source + (articles.line[article] ? `, line ${articles.line[article]}` : "") : ""].filter(Boolean);
    return [
      h("div", { class: "article-bar" },
        h("button", { type: "button", class: "back", onclick: this.back }, "← Events"),
        h("button", { type: "button", class: "print-one", onclick: () => this.print() }, "Print this article")),
      h("h2", { class: "subject", dir: "auto" }, detail.heading ? this.runs(detail, number, 0, detail.heading)
        : articles.title[article] || articles.opening[article] || articles.id[article] || "Article"),
      h("p", { class: "quiet facts" }, facts.join(" · ")),
      articles.undecided[article] ? h("p", { class: "note", role: "note" }, h("strong", {}, "Undecided."),
        " How likely any event is lies in the band in which the model claims neither “event” nor “no event”.") : null,
      this.tabs(at, article),
      h("div", { class: "columns" },
        h("div", { class: "found" }, this.event(at, detail.events[number]), this.scores(detail.scores, article)),
        h("div", { class: "reading" }, ...this.text(detail, number))),
    ];
  }

  tabs(at, article) {
    const all = this.siblings.get(article);
    if (all.length < 2) return null;
    return h("div", { class: "tabs", role: "group", "aria-label": "Events in this article" },
      all.map((other) => h("button", { type: "button", "aria-pressed": String(other === at), onclick: () => this.open(other) },
        eventName(this.index, other), " ", h("span", { class: "quiet" }, core.percent(this.index.events.confidence[other])))));
  }

  event(at, event) {
    if (!event) return h("section", { class: "event", "aria-label": "Undecided" }, h("h3", {}, "No event is claimed"), h("p", { class: "quiet" }, "Read the article and decide for yourself; the scores are below."));
    const name = eventName(this.index, at);
    return h("section", { class: "event", "aria-label": name },
      h("h3", {}, name, this.index.events.main[at] ? h("span", { class: "flag" }, "main event") : null),
      meter(this.index.events.confidence[at], name),
      event.people.length ? h("dl", {}, this.index.slots.map((slot, place) => this.people(slot, event.people.filter((person) => person[0] === place))))
        : h("p", { class: "quiet" }, "No participants found."),
      event.evidence.length ? [h("h4", {}, "Evidence"), h("ol", { class: "sentences" }, event.evidence.map((sentence, rank) =>
        h("li", {}, h("button", { type: "button", dir: "auto", title: "Show it in the article", onclick: () => this.jump(rank + 1) }, sentence))))] : null);
  }

  people(slot, people) {
    if (!people.length) return [];
    const label = this.index.slot_labels[slot];
    return h("div", { class: "slot" }, h("dt", { class: slot }, label + (people.length === 1 ? "" : "s")), people.map(([, name, kind, confidence, link, mentions, spellings]) => {
      const facts = [kind === "organization" ? kind : null, confidence === null ? null : core.percent(confidence), link !== null && link < 0.995 ? `in this event ${core.percent(link)}` : null, mentions > 1 ? `${mentions} mentions` : null].filter(Boolean);
      if (spellings.length) facts.push(`also “${spellings.join("”, “")}”`);
      return h("dd", {}, h("bdi", {}, name), " ", h("span", { class: "quiet" }, facts.join(" · ")));
    }));
  }

  scores(scores, article) {
    const found = new Set(this.siblings.get(article).map((at) => this.index.types[this.index.events.type[at]]));
    const rows = Object.entries(scores).sort((a, b) => b[1] - a[1]).map(([name, score]) =>
      h("tr", { class: found.has(name) ? "reported" : "" }, h("th", { scope: "row" }, core.spoken(name) + (found.has(name) ? " ✓" : "")), h("td", {}, meter(score, core.spoken(name)))));
    return rows.length ? h("details", { class: "scores", open: !found.size || found.has(undefined) }, h("summary", {}, "Scores of all types"), h("table", {}, h("tbody", {}, rows))) : null;
  }

  text(detail, number) {
    if (!detail.runs) {
      return [h("p", { class: "note", role: "note" }, h("strong", {}, "The text of this article is not on the page. "),
        this.index.texts ? "It was not found in the archive that the page was written from." : "To read it here, write the page again with --articles and the archive.")];
    }
    return [this.legend(detail, number), h("div", { class: "article", dir: "auto" }, this.runs(detail, number, detail.heading || 0))];
  }

  legend({ spans }, number) {
    const own = new Set(spans.filter(([, , , events]) => events.includes(number)).map(([slot]) => slot));
    const others = spans.some(([slot, , , events]) => slot !== "evidence" && !events.includes(number));
    return h("ul", { class: "legend", "aria-label": "Legend" },
      this.index.slots.filter((slot) => own.has(slot)).map((slot) => h("li", {}, h("span", { class: `span ${slot} lane0` }, this.index.slot_labels[slot]))),
      own.has("evidence") ? h("li", {}, h("span", { class: "evidence" }, "evidence")) : null,
      others ? h("li", {}, h("span", { class: "span other lane0" }, "in another event")) : null);
  }

  // The heading stands apart, so the blank lines after it go; elsewhere one is as good as several.
  runs(detail, number, from, to = detail.runs.length) {
    return detail.runs.slice(from, to).map(([text, covers], place) => {
      const shown = place === 0 ? text.replace(/^\s+/, "") : text;
      return this.run(shown.split(/\n[^\S\n]*\n\s*/).flatMap((part, at) => (at ? [h("span", { class: "gap" }), part] : [part])), covers, detail, number, detail.runs[from + place + 1]);
    });
  }

  // One element per span, outermost first; the role stands where a span of the event in focus ends.
  run(inner, covers, { spans }, number, following) {
    const ends = (cover) => !following || !following[1].includes(cover);
    for (const cover of [...covers].reverse()) {
      const [slot, label, lane, events, rank] = spans[cover];
      const own = events.includes(number);
      if (slot === "evidence") {
        if (own) inner = [h("span", { class: "evidence", "data-rank": rank, title: `evidence ${rank}` }, ...inner)];
        continue;
      }
      inner = [h("mark", { class: `span ${own ? slot : "other"} lane${Math.min(lane, 3)}`, title: label }, ...inner)];
      if (own && ends(cover)) inner.push(h("bdi", { class: `tag ${slot}`, title: label }, this.index.slot_labels[slot]));
    }
    return inner;
  }

  jump(rank) {
    const parts = [...this.element.querySelectorAll(`.evidence[data-rank="${rank}"]`)];
    if (!parts.length) return false;
    this.rank = rank;
    parts[0].scrollIntoView({ block: "center", behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
    for (const part of parts) {
      part.classList.remove("shown");
      requestAnimationFrame(() => part.classList.add("shown"));
    }
    return true;
  }

  nextEvidence() {
    if (!this.jump((this.rank || 0) + 1)) this.jump(1);
  }

  print() {
    document.body.dataset.print = "article";
    window.print();
    delete document.body.dataset.print;
  }
};
