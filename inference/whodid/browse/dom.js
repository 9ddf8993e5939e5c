// Elements from code. Text is always set as text: nothing that an article says is ever read as HTML.
const there = (children) => children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false);
const h = (tag, properties = {}, ...children) => {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "class") element.className = value;
    else if (name in element && !name.startsWith("aria-")) element[name] = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...there(children));
  return element;
};
const $ = (id) => document.getElementById(id);
const width = (element, share) => {
  element.style.inlineSize = `${Math.max(0, Math.min(1, share)) * 100}%`;
  return element;
};
const meter = (value, name) =>
  h("div", { class: "score" },
    h("meter", { min: 0, max: 1, value, "aria-label": `confidence of ${name}` }, core.percent(value)),
    h("span", {}, core.percent(value)));
const eventName = (index, at) => {
  const type = index.events.type[at];
  return type < 0 ? "undecided" : core.spoken(index.types[type]);
};
const subjectOf = ({ articles, events }, at) => {
  const article = events.article[at];
  return articles.title[article] || articles.opening[article] || events.evidence[at] || articles.id[article];
};
const namesOf = (index, slot, at) => index.events[slot][at].map((name) => index.names[name]);
