// The words around the figure: a prediction before, tasks that check themselves, a sentence after.
import { h } from "./dom.js";

export function predictionPane(question, chosen, onChoice) {
  // Of its own: a page with several figures loads this module once for each.
  const group = `xp-predict-${Math.random().toString(36).slice(2)}`;
  const reply = h("p", { class: "xp-reply", role: "status" });
  const radios = question.options.map((option, index) => {
    const choose = () => {
      reply.textContent = option.reply;
      onChoice(index);
    };
    return h("input", { type: "radio", name: group, onchange: choose });
  });
  const labels = question.options.map((option, index) =>
    h("label", {}, radios[index], h("span", {}, option.text)),
  );
  if (chosen !== null) {
    radios[chosen].checked = true;
    reply.textContent = question.options[chosen].reply;
  }
  const element = h(
    "fieldset",
    { class: "xp-predict" },
    h("legend", {}, h("strong", {}, "Predict first. "), question.text),
    h("div", { class: "xp-options" }, ...labels),
    reply,
  );
  return {
    element,
    reset() {
      for (const radio of radios) radio.checked = false;
      reply.textContent = "";
    },
  };
}

// checks[task.check](state, facts, answer) is true when a task is done; for a number that is wrong
// it may return a sentence that helps. What is done stays done.
export function taskPane(spec, checks, alreadyDone, onDone) {
  const takeaway = h(
    "details",
    { class: "xp-takeaway" },
    h("summary", {}, "What you should now be able to say"),
    h("p", {}, spec.takeaway),
  );
  let done = alreadyDone;
  let latest = null;
  const rows = spec.tasks.map((task, index) => {
    const mark = h("span", { class: "xp-mark" }, "open");
    const feedback = h("p", { class: "xp-reply", role: "status" });
    const form = task.number
      ? numberForm(index, (text) => check(index, task.share ? readShare(text) : readNumber(text)))
      : "";
    const words = h("div", {}, h("span", {}, task.text), form, feedback);
    return { task, mark, feedback, form, element: h("li", {}, mark, words) };
  });

  function check(index, answer) {
    const verdict = checks[spec.tasks[index].check](latest.state, latest.facts, answer);
    if (verdict === true) finish(index);
    else if (rows[index].task.number)
      rows[index].feedback.textContent =
        verdict || (Number.isNaN(answer) ? "Type a number, like 0.25." : "Not that number yet.");
  }

  function finish(index) {
    if (done[index]) return;
    done = done.with(index, true);
    rows[index].feedback.textContent = "";
    paint();
    if (done.every(Boolean)) takeaway.open = true;
    onDone(done, `Task ${index + 1} done. ${spec.tasks[index].text}`);
  }

  function paint() {
    rows.forEach(({ mark, element }, index) => {
      mark.textContent = done[index] ? "done" : "open";
      element.classList.toggle("xp-done", done[index]);
    });
  }

  paint();
  return {
    element: h("div", { class: "xp-tasks" }, h("ol", {}, ...rows.map((r) => r.element)), takeaway),
    show(state, facts) {
      latest = { state, facts };
      rows.forEach(({ task }, index) => {
        if (!task.number && !done[index]) check(index);
      });
    },
    reset() {
      for (const { form, feedback } of rows) {
        feedback.textContent = "";
        if (form) form.reset();
      }
    },
  };
}

function numberForm(index, onAnswer) {
  const input = h("input", {
    type: "text",
    inputmode: "decimal",
    autocomplete: "off",
    "aria-label": `Your answer to task ${index + 1}`,
  });
  return h(
    "form",
    {
      onsubmit(event) {
        event.preventDefault();
        onAnswer(input.value);
      },
    },
    input,
    h("button", { type: "submit" }, "Check"),
  );
}

// A part of a whole, 0 to 1: "75", "75 %", "0.75" and "3/4" are the same.
export function readShare(text) {
  const [over, under = "1"] = text.split("/");
  const share = readNumber(over) / readNumber(under);
  return share > 1 && !text.includes("%") ? share / 100 : share;
}

// Reads "0.25", "0,25", "25 %" and "−1"; anything else is NaN.
export function readNumber(text) {
  const plain = text.trim().replace("−", "-").replace(",", ".");
  if (plain === "") return Number.NaN;
  return plain.endsWith("%") ? Number(plain.slice(0, -1)) / 100 : Number(plain);
}
