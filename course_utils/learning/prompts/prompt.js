// A prompt of a lesson, alive: a field for a prediction, the options of a quiz, a place for words,
// lines to order.

import { sortable } from "./lines.js";

// A page loads this module once for every prompt, so a counter would give each the same ids.
const newId = () => `cp-${Math.random().toString(36).slice(2)}`;

function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (typeof value === "boolean") element.toggleAttribute(name, value);
    else element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

// HTML that the course's Python made of an author's Markdown.
function rich(tag, properties, html) {
  const element = h(tag, properties);
  element.innerHTML = html;
  return element;
}

function render({ model, el }) {
  const spec = model.get("spec");
  const question = rich("div", { class: "cp-question", id: newId() }, spec.question);
  const reply = h("p", { class: "cp-reply", role: "status" });
  const keep = (text, value = null) => {
    const said = model.get("said");
    if (said.text === text && said.value === value) return;
    model.set("said", { text, value });
    model.save_changes();
  };
  const form = FORMS[{ quiz: "quiz", words: "own" }[spec.kind] ?? spec.answer];
  const labelledBy = question.id;
  const parts = form({ spec, model, keep, reply, labelledBy });
  const title = h("p", { class: "cp-title", id: newId() }, spec.title);
  const root = h(
    "section",
    { class: `cp cp-${spec.kind}`, "aria-labelledby": `${title.id} ${labelledBy}` },
    title,
  );
  root.append(question, ...parts);
  if (!root.contains(reply)) root.append(reply);
  // JupyterLab listens for shortcuts (arrows, "d d"): what is typed here stays here. It looks at
  // the element with the focus first, where a shortcut of its notebook may match already.
  for (const each of [root, ...root.querySelectorAll("button, input, textarea")]) {
    each.setAttribute("data-lm-suppress-shortcuts", "true");
  }
  root.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.key === "Enter" && event.shiftKey) runCell(event);
  });
  el.append(root);
  typeset(model, root);
  return hideStill(spec.key, el);
}

const FORMS = {
  number: numberForm,
  choice: choiceForm,
  words: wordsForm,
  quiz: quizForm,
  own: ownForm,
  order: orderForm,
};
const NOW_RUN = "Kept. Now run the cell below.";

function numberForm({ spec, model, keep, reply, labelledBy }) {
  const id = newId();
  const input = h("input", {
    id,
    type: "text",
    inputmode: "decimal",
    autocomplete: "off",
    "aria-describedby": labelledBy,
    onchange: take,
  });
  input.value = model.get("said").text ?? "";
  if (input.value) reply.textContent = `You said ${input.value}.`;
  const known = spec.number !== undefined; // an old question: what came out may be said at once
  const after = rich("div", { class: "cp-model", hidden: true }, spec.after ?? "");
  function take() {
    const text = input.value.trim();
    if (!text) return;
    const value = readNumber(text, spec.unit);
    input.setAttribute("aria-invalid", String(Number.isNaN(value)));
    if (Number.isNaN(value)) {
      reply.textContent = "Type a number, like 12 or 0.25.";
      return;
    }
    keep(text, value);
    reply.textContent = known
      ? `You said ${text}; it is ${spec.number}. Within a tenth counts as right.`
      : NOW_RUN;
    after.hidden = !spec.after;
  }
  const label = h("label", { for: id }, known ? "Your answer" : "Your prediction");
  const unit = spec.unit ? [h("span", { class: "cp-unit" }, spec.unit)] : [];
  const button = h("button", { type: "submit" }, known ? "Answer" : "Keep");
  const form = h(
    "form",
    { class: "cp-row", onsubmit: submit(take) },
    label,
    input,
    ...unit,
    button,
  );
  return [form, reply, after];
}

function choiceForm({ spec, model, keep, reply, labelledBy }) {
  const said = model.get("said").text;
  const name = newId();
  const rows = spec.options.map((option) => {
    const take = () => {
      keep(option.text);
      reply.textContent = NOW_RUN;
    };
    const input = h("input", { type: "radio", name, onchange: take });
    input.checked = option.text === said;
    return h("label", { class: "cp-choice" }, input, rich("span", {}, option.html));
  });
  if (rows.some((row) => row.firstChild.checked)) reply.textContent = "This is what you said.";
  return [h("div", { role: "radiogroup", "aria-labelledby": labelledBy }, ...rows)];
}

function wordsForm(context) {
  const [field, text] = textField(context, "Your prediction");
  const take = () => {
    if (!text()) return;
    context.keep(text());
    context.reply.textContent = NOW_RUN;
  };
  field.addEventListener("change", take);
  return [h("form", { onsubmit: submit(take) }, field, h("button", { type: "submit" }, "Keep"))];
}

// One option is chosen; its own explanation comes first, the others' when asked for.
function quizForm({ spec, model, keep, reply, labelledBy }) {
  const others = h(
    "button",
    { type: "button", hidden: true, onclick: showOthers },
    "And the others?",
  );
  const options = spec.options.map((option, index) => {
    const mark = h("span", { class: "cp-mark", "aria-hidden": "true" }, "abcdefghij"[index]);
    const words = rich("span", {}, option.html);
    const onclick = () => choose(index);
    const button = h("button", { type: "button", "aria-pressed": "false", onclick }, mark, words);
    const verdict = h("b", {}, option.right ? "Yes. " : "No. ");
    const why = rich("div", { class: "cp-why", hidden: true }, option.explanation);
    (why.firstElementChild ?? why).prepend(verdict);
    const row = h("li", {}, button, why);
    return { option, button, why, row };
  });
  function show(index) {
    options.forEach(({ option, button, why, row }, place) => {
      const chosen = place === index;
      button.setAttribute("aria-pressed", String(chosen));
      if (chosen) {
        why.hidden = false;
        row.classList.add(option.right ? "cp-right" : "cp-wrong");
      }
    });
    others.hidden = options.every(({ why }) => !why.hidden);
  }
  function choose(index) {
    const { option } = options[index];
    show(index);
    keep(option.text);
    const next = option.right ? "" : " Choose another, or see what is said of the others.";
    reply.textContent = `${option.right ? "Right." : "No: read why."}${next}`;
  }
  function showOthers() {
    for (const { option, why, row } of options) {
      why.hidden = false;
      row.classList.add(option.right ? "cp-right" : "cp-wrong");
    }
    others.hidden = true;
  }
  const before = spec.options.findIndex((option) => option.text === model.get("said").text);
  if (before >= 0) {
    show(before);
    reply.textContent = "This is what you chose.";
  }
  const list = h("ol", { class: "cp-options", "aria-labelledby": labelledBy });
  list.append(...options.map(({ row }) => row));
  list.addEventListener("keydown", (event) => {
    const index = "abcdefghij".indexOf(event.key);
    if (index >= 0 && index < options.length && !(event.ctrlKey || event.metaKey || event.altKey)) {
      options[index].button.focus();
      choose(index);
    }
  });
  return [list, others];
}

// Own words first; the model answer stands apart from them, and comes after.
function ownForm(context) {
  const { spec, model, reply } = context;
  const [field, text] = textField(context, "Your words");
  const judge = (right) => {
    model.set("judged", right);
    model.save_changes();
    reply.textContent = right ? "Good." : "Kept for a review.";
  };
  const model_ = h(
    "div",
    { class: "cp-model", hidden: true },
    h("p", { class: "cp-title" }, "An answer to compare with"),
    rich("div", {}, spec.model),
    h(
      "p",
      { class: "cp-row" },
      "Does yours say the same?",
      h("button", { type: "button", onclick: () => judge(true) }, "Yes"),
      h("button", { type: "button", onclick: () => judge(false) }, "Not yet"),
    ),
  );
  const take = () => {
    if (text()) context.keep(text());
  };
  field.addEventListener("change", take);
  const compare = () => {
    if (!text()) {
      reply.textContent = "Write a sentence first, however rough.";
      return;
    }
    take();
    reply.textContent = "";
    model_.hidden = false;
  };
  const button = h("button", { type: "submit" }, "Keep and compare");
  return [h("form", { onsubmit: submit(compare) }, field, button), model_];
}

// Lines are moved until they stand right; which one is wrong first is said, the rest when asked for.
function orderForm({ spec, model, keep, reply, labelledBy }) {
  const said = (model.get("said").text ?? "").split("\n");
  const before = said.map((text) => spec.mixed.find((line) => line.text === text));
  const known = before.length === spec.mixed.length && before.every(Boolean);
  const list = h("ol", { class: "cp-lines", "aria-labelledby": labelledBy });
  const texts = new Map();
  for (const line of known ? before : spec.mixed) {
    const words = rich("span", { class: "line-text", id: newId() }, line.html);
    const row = h("li", {}, h("span", { class: "line-grip", "aria-hidden": "true" }, "⠿"), words);
    for (const [way, sign] of [
      ["Up", "↑"],
      ["Down", "↓"],
    ]) {
      const id = newId();
      const named = { "aria-label": way, "aria-labelledby": `${id} ${words.id}` };
      row.append(
        h("button", { type: "button", id, class: `line-${way.toLowerCase()}`, ...named }, sign),
      );
    }
    texts.set(row, line.text);
    list.append(row);
  }
  sortable(list, (_row, place) => {
    reply.textContent = `Line ${place} of ${spec.mixed.length}.`;
  });
  const right = h("ol", {}, ...spec.options.map((line) => rich("li", {}, line.html)));
  const answer = h("div", { class: "cp-model", hidden: true }, right, rich("div", {}, spec.model));
  const show = (withLines) => {
    right.hidden = !withLines;
    answer.hidden = false;
    give.hidden = true;
  };
  const give = h(
    "button",
    { type: "button", hidden: true, onclick: () => show(true) },
    "Show the order",
  );
  const wrong = () =>
    [...list.children].findIndex((row, place) => texts.get(row) !== spec.options[place].text);
  const take = () => {
    keep([...list.children].map((row) => texts.get(row)).join("\n"));
    const first = wrong();
    if (first < 0) show(false);
    else give.hidden = !answer.hidden;
    reply.textContent =
      first < 0 ? "Right." : `Not yet: line ${first + 1} is the first that is wrong.`;
  };
  if (known)
    reply.textContent = wrong() < 0 ? "Right, as you left it." : "This is how you left it.";
  const check = h("button", { type: "button", onclick: take }, "Check");
  return [list, h("p", { class: "cp-row" }, check, give), reply, answer];
}

function textField({ model, reply, labelledBy }, label) {
  const id = newId();
  const area = h("textarea", { id, rows: "4", "aria-describedby": labelledBy });
  area.value = model.get("said").text ?? "";
  if (area.value) reply.textContent = "This is what you wrote.";
  area.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) area.form.requestSubmit();
  });
  const field = h("div", { class: "cp-field" }, h("label", { for: id }, label), area);
  return [field, () => area.value.trim()];
}

function submit(take) {
  return (event) => {
    event.preventDefault();
    take();
  };
}

// Reads "0.25", "0,25", "19,500", "25 %", "1/4" and "−1"; anything else is NaN.
export function readNumber(text, unit = "") {
  const plain = text.trim().replace("−", "-").replace(/\s+/g, "");
  const [over, under, more] = plain.split("/");
  if (under !== undefined) return more === undefined ? readNumber(over) / readNumber(under) : NaN;
  const percent = plain.endsWith("%");
  const digits = percent ? plain.slice(0, -1) : plain;
  const grouped = /^-?[1-9]\d{0,2}(,\d{3})+(\.\d+)?$/.test(digits);
  const number = grouped ? digits.replaceAll(",", "") : digits.replace(",", ".");
  if (!/^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(number)) return NaN;
  return percent && !unit.startsWith("%") ? Number(number) / 100 : Number(number);
}

// Shift + Enter in a field runs the cell, as everywhere in a notebook.
function runCell(event) {
  const notebook = event.target.closest(".jp-Notebook");
  if (!notebook) return;
  event.preventDefault();
  event.target.blur(); // what was typed is kept
  notebook.focus();
  const again = { key: "Enter", code: "Enter", keyCode: 13, shiftKey: true, bubbles: true };
  notebook.dispatchEvent(new KeyboardEvent("keydown", again));
}

// Formulas, where the notebook has a typesetter.
function typeset(model, root) {
  const manager = model.widget_manager;
  const typesetter = (manager?.rendermime ?? manager?._rendermime)?.latexTypesetter;
  typesetter?.typeset(root);
}

// The still form above stands in for this one when it is not alive. Now it is.
function hideStill(key, el) {
  let still = null;
  const hide = () => {
    const stills = [...document.querySelectorAll(".prompt-still")].filter(
      (each) =>
        each.dataset.name === key &&
        each.compareDocumentPosition(el) & Node.DOCUMENT_POSITION_FOLLOWING,
    );
    const found = stills.at(-1) ?? null;
    if (found === still) return;
    if (still) still.hidden = false;
    still = found;
    if (still) still.hidden = true;
  };
  // JupyterLab may put either of the two on the page first.
  const seen = new ResizeObserver(hide);
  seen.observe(el);
  const later = [100, 500, 2000].map((wait) => setTimeout(hide, wait));
  hide();
  return () => {
    seen.disconnect();
    later.forEach(clearTimeout);
    if (still) still.hidden = false;
  };
}

export default { render };
