// What the page carries, unpacked: the index at once, a block of articles when one of them is opened.
const data = (() => {
  const KEPT = 8;
  const blocks = new Map();

  const bytes = (text) => {
    if (Uint8Array.fromBase64) return Uint8Array.fromBase64(text);
    const raw = atob(text);
    const out = new Uint8Array(raw.length);
    for (let at = 0; at < raw.length; at += 1) out[at] = raw.charCodeAt(at);
    return out;
  };
  const unpack = async (name) => {
    const element = document.getElementById(name);
    if (!element) throw new Error(`the part “${name}” of the page is missing`);
    const stream = new Blob([bytes(element.textContent)]).stream().pipeThrough(new DecompressionStream("gzip"));
    return new Response(stream).json();
  };
  const supported = () => typeof DecompressionStream === "function";
  const index = async () => filters.prepare(await unpack("index"));
  const article = async (number, at) => {
    if (!blocks.has(number)) {
      blocks.set(number, unpack(`block-${number}`));
      if (blocks.size > KEPT) blocks.delete(blocks.keys().next().value);
    }
    return (await blocks.get(number))[at];
  };
  return { supported, index, article };
})();
