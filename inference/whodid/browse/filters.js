// Which events pass the filters, how many of each kind there are, and in what order. Pure: an index in, numbers out.
const filters = (() => {
  const TYPE = 1, DATE = 2, PERPETRATORS = 4, VICTIMS = 8, CONFIDENCE = 16, ANSWER = 32, MAIN = 64;
  const SLOT_BIT = { perpetrators: PERPETRATORS, victims: VICTIMS };

  const prepare = (index) => {
    const { events, articles } = index;
    const size = events.type.length;
    const day = events.article.map((article) => articles.date[article]);
    const days = day.filter(Boolean);
    const extreme = (better) => days.reduce((best, at) => (best === "" || better(at, best) ? at : best), "");
    return {
      ...index, size, day,
      dated: days.length,
      first: extreme((a, b) => a < b),
      last: extreme((a, b) => a > b),
      folded: index.names.map(core.fold),
      numberOf: new Map(index.names.map((name, number) => [name, number])),
      unsure: events.article.map((article) => articles.undecided[article]),
      claimed: events.type.filter((type) => type >= 0).length,
      together: events.article.reduce((all, article) => { all[article] += 1; return all; }, new Int32Array(articles.id.length)),
      hasMain: events.main.some((main) => main !== null),
      orders: new Map(),
    };
  };

  // Which names one of the two boxes lets through, or null where it asks for nothing.
  const wanted = (data, { text, chosen }) => {
    if (!text && !chosen.size) return null;
    const pass = new Uint8Array(data.names.length);
    const like = core.fold(text.trim());
    const numbers = [...chosen].map((name) => data.numberOf.get(name));
    if (chosen.size) for (const number of numbers) { if (number !== undefined) pass[number] = 1; }
    else for (let at = 0; at < pass.length; at += 1) pass[at] = data.folded[at].includes(like) ? 1 : 0;
    return pass;
  };

  const apply = (data, state) => {
    const { events, size, day, unsure } = data;
    const types = new Set([...state.types].map((name) => data.types.indexOf(name)));
    const people = { perpetrators: wanted(data, state.perpetrators), victims: wanted(data, state.victims) };
    const ranged = Boolean(state.from || state.to);
    const least = state.confidence / 100 - 1e-9;
    const counts = {
      types: new Int32Array(data.types.length), days: new Map(), decided: 0, undecided: 0, main: 0,
      perpetrators: new Int32Array(data.names.length), victims: new Int32Array(data.names.length),
    };
    const pass = new Uint8Array(size);
    for (let at = 0; at < size; at += 1) {
      let failed = 0;
      if (types.size && !types.has(events.type[at])) failed |= TYPE;
      if (ranged && (!day[at] || (state.from && day[at] < state.from) || (state.to && day[at] > state.to))) failed |= DATE;
      for (const slot in people) {
        if (people[slot] && !events[slot][at].some((name) => people[slot][name])) failed |= SLOT_BIT[slot];
      }
      if (events.confidence[at] < least) failed |= CONFIDENCE;
      if (state.answer && (state.answer === "undecided") !== Boolean(unsure[at])) failed |= ANSWER;
      if (state.main && !events.main[at]) failed |= MAIN;
      pass[at] = failed === 0 ? 1 : 0;
      // A facet counts what the others let through, so that its numbers say what ticking a box would give.
      if (!(failed & ~TYPE) && events.type[at] >= 0) counts.types[events.type[at]] += 1;
      if (!(failed & ~DATE) && day[at]) counts.days.set(day[at], (counts.days.get(day[at]) || 0) + 1);
      if (!(failed & ~PERPETRATORS)) for (const name of events.perpetrators[at]) counts.perpetrators[name] += 1;
      if (!(failed & ~VICTIMS)) for (const name of events.victims[at]) counts.victims[name] += 1;
      if (!(failed & ~ANSWER)) counts[unsure[at] ? "undecided" : "decided"] += 1;
      if (!(failed & ~MAIN) && events.main[at]) counts.main += 1;
    }
    return { matches: ordered(data, state.sort).filter((at) => pass[at]), counts };
  };

  const named = (data, slot) => (at) => {
    const [name] = data.events[slot][at];
    return name === undefined ? "\uffff" : data.folded[name];
  };
  // What the order goes by, as a number or a text; where there is nothing to go by, the event comes last.
  const SORTS = {
    newest: { label: "newest first", dates: true, by: (data) => (at) => (data.day[at] ? -Number(data.day[at].replaceAll("-", "")) : Infinity) },
    oldest: { label: "oldest first", dates: true, by: (data) => (at) => data.day[at] || "\uffff" },
    surest: { label: "surest first", by: (data) => (at) => -data.events.confidence[at] },
    unsurest: { label: "least sure first", by: (data) => (at) => data.events.confidence[at] },
    archive: { label: "as in the file", by: () => (at) => at },
    type: { label: "type", by: (data) => (at) => data.types[data.events.type[at]] || "\uffff" },
    perpetrator: { label: "perpetrator", by: (data) => named(data, "perpetrators") },
    victim: { label: "victim", by: (data) => named(data, "victims") },
  };
  const sorts = (data) => Object.entries(SORTS).filter(([, sort]) => data.dated || !sort.dates);
  const usual = (data) => (data.dated ? "newest" : "surest");

  const ordered = (data, asked) => {
    const name = sorts(data).some(([known]) => known === asked) ? asked : usual(data);
    if (!data.orders.has(name)) {
      const all = Array.from({ length: data.size }, (_, at) => at), keys = all.map(SORTS[name].by(data));
      data.orders.set(name, all.sort((a, b) => (keys[a] < keys[b] ? -1 : keys[a] > keys[b] ? 1 : a - b)));
    }
    return data.orders.get(name);
  };

  // The most frequent names that contain the text of the box; those that are chosen come first, whatever they are.
  const suggest = (data, box, counts, most) => {
    const like = core.fold(box.text.trim());
    const chosen = new Set([...box.chosen].map((name) => data.numberOf.get(name)).filter((number) => number !== undefined));
    const others = [];
    for (let name = 0; name < counts.length; name += 1) {
      if (counts[name] && !chosen.has(name) && data.folded[name].includes(like)) others.push(name);
    }
    others.sort((a, b) => counts[b] - counts[a] || (data.folded[a] < data.folded[b] ? -1 : 1));
    return { names: [...chosen, ...others.slice(0, most)], more: Math.max(0, others.length - most) };
  };

  const COLUMNS = ["id", "title", "date", "source", "line", "event", "type", "confidence", "main", "undecided",
    "perpetrators", "victims", "targets", "weapons", "evidence"];
  const table = (data, matches) => {
    const { events, articles } = data;
    const rows = matches.map((at) => {
      const article = events.article[at];
      const type = events.type[at];
      return [articles.id[article], articles.title[article], articles.date[article], data.sources[articles.source[article]],
        articles.line[article], type < 0 ? "" : events.number[at] + 1, type < 0 ? "" : data.types[type],
        events.confidence[at], events.main[at] === null ? "" : String(events.main[at]), String(Boolean(articles.undecided[article])),
        ...data.slots.map((slot) => events[slot][at].map((name) => data.names[name]).join("; ")), events.evidence[at]];
    });
    return [COLUMNS, ...rows];
  };
  return { prepare, apply, sorts, usual, suggest, table };
})();
