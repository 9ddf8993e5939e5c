// Pure functions: text, dates, spreadsheets and the page's address. They know nothing of the page.
const core = (() => {
  const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  const spoken = (name) => name.replaceAll("_", " ");
  const percent = (share) => `${Math.round(share * 100)} %`;
  const count = (number, noun) => `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;

  const dayFormat = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });
  const day = (iso) => (iso ? dayFormat.format(new Date(`${iso}T00:00:00Z`)) : "");

  // A spreadsheet takes a cell that starts like this for a formula, and runs it.
  const FORMULA = /^[\s\u0000-\u001f]*[=+\-@\uff1d\uff0b\uff0d\uff20]/;
  const cell = (value) => {
    const text = value === null || value === undefined ? "" : String(value);
    const safe = typeof value !== "number" && (FORMULA.test(text) || /^[\t\r\n]/.test(text)) ? `'${text}` : text;
    return /[",\r\n;\t]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  const csv = (rows) => "\ufeff" + rows.map((row) => row.map(cell).join(",") + "\r\n").join("");

  // Units of a time line, the first that needs at most 62 bars.
  const key = { day: (iso) => iso, month: (iso) => iso.slice(0, 7), year: (iso) => iso.slice(0, 4) };
  const next = {
    day: (at) => new Date(Date.parse(`${at}T00:00:00Z`) + 86400000).toISOString().slice(0, 10),
    month: (at) => {
      const [year, month] = at.split("-").map(Number);
      return month === 12 ? `${String(year + 1).padStart(4, "0")}-01` : `${at.slice(0, 5)}${String(month + 1).padStart(2, "0")}`;
    },
    year: (at) => String(Number(at) + 1).padStart(4, "0"),
  };
  const timeline = (first, last) => {
    for (const unit of ["day", "month", "year"]) {
      const bars = [];
      for (let at = key[unit](first); at <= key[unit](last) && bars.length <= 62; at = next[unit](at)) bars.push(at);
      if (bars.length <= 62 || unit === "year") return { unit, bars };
    }
  };
  const barOf = (unit, iso) => key[unit](iso);
  const bounds = (unit, at) => {
    if (unit === "day") return [at, at];
    if (unit === "year") return [`${at}-01-01`, `${at}-12-31`];
    const [year, month] = at.split("-").map(Number);
    return [`${at}-01`, `${at}-${new Date(Date.UTC(year, month, 0)).getUTCDate()}`];
  };

  // The address: one parameter per filter in force, and the event that is open. Unknown parameters are passed over.
  const blank = () => ({
    types: new Set(), from: "", to: "", confidence: 0, answer: "", main: false, sort: "", event: "",
    perpetrators: { text: "", chosen: new Set() }, victims: { text: "", chosen: new Set() },
  });
  const PEOPLE = { perpetrators: "perpetrator", victims: "victim" };
  const writeHash = (state) => {
    const parts = new URLSearchParams();
    for (const type of state.types) parts.append("type", type);
    for (const [slot, name] of Object.entries(PEOPLE)) {
      for (const chosen of state[slot].chosen) parts.append(name, chosen);
      if (state[slot].text) parts.set(`${name}-like`, state[slot].text);
    }
    for (const name of ["from", "to", "answer", "sort", "event"]) if (state[name]) parts.set(name, state[name]);
    if (state.confidence) parts.set("confidence", String(state.confidence));
    if (state.main) parts.set("main", "1");
    return parts.toString();
  };
  const readHash = (hash) => {
    const parts = new URLSearchParams(hash.replace(/^#/, ""));
    const state = blank();
    state.types = new Set(parts.getAll("type"));
    for (const [slot, name] of Object.entries(PEOPLE)) {
      state[slot] = { text: parts.get(`${name}-like`) || "", chosen: new Set(parts.getAll(name)) };
    }
    for (const name of ["from", "to"]) if (/^\d{4}-\d\d-\d\d$/.test(parts.get(name) || "")) state[name] = parts.get(name);
    if (["decided", "undecided"].includes(parts.get("answer"))) state.answer = parts.get("answer");
    for (const name of ["sort", "event"]) state[name] = parts.get(name) || "";
    const confidence = Math.round(Number(parts.get("confidence")));
    state.confidence = confidence > 0 && confidence <= 100 ? confidence : 0;
    state.main = parts.get("main") === "1";
    return state;
  };
  return { fold, spoken, percent, count, day, cell, csv, timeline, barOf, bounds, blank, writeHash, readHash };
})();
