// The one door between text and markup: markup`<text x="${x}">${words}</text>` writes every word as
// text, whatever stands in it; only what another markup`...` has made is taken as it is.

// `draw` and `beneath` return it.
class Markup {
  constructor(source) {
    this.source = source;
  }
  // A plain `...` or join("") would turn markup back into text without a trace.
  toString() {
    throw new TypeError(`markup was put into text; write markup\`...\` around ${this.source}`);
  }
}

// Parts are text, numbers, other markup, or arrays of these. Attributes stand in double quotes.
export function markup(strings, ...parts) {
  let source = strings[0];
  for (let i = 0; i < parts.length; i++) source += sourceOf(parts[i]) + strings[i + 1];
  return new Markup(source);
}

function sourceOf(part) {
  if (part instanceof Markup) return part.source;
  if (Array.isArray(part)) return part.map(sourceOf).join("");
  return typeof part === "number" ? String(part) : escapeText(String(part));
}

const ENTITIES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
const escapeText = (text) => text.replace(/[&<>"']/g, (sign) => ENTITIES[sign]);

// Shows markup inside an element. Raises a TypeError for anything that did not come by the door.
export function putMarkup(element, content) {
  if (!(content instanceof Markup))
    throw new TypeError(`expected markup\`...\`, got ${typeof content}: ${content}`);
  element.innerHTML = content.source;
}
