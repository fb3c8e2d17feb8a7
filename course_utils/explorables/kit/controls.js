// Builds sliders, choices, check boxes and fields to type in from their description, and shows the state in them.
import { h } from "./dom.js";

export function controlPane(spec, set) {
  const rows = spec.controls.map((control) => ({ control, ...MAKE[control.kind](control, set) }));
  const element = h("div", { class: "xp-controls" }, ...rows.map((row) => row.element));
  return {
    element,
    show(state) {
      for (const { control, element, show } of rows) {
        element.hidden = !applies(control.when, state);
        show(state[control.name]);
      }
    },
  };
}

// A control appears when every setting it depends on has one of the values named.
export function applies(when, state) {
  return Object.entries(when).every(([name, values]) => values.includes(state[name]));
}

const MAKE = { slider, choice, toggle, field };

function slider({ name, label, low, high, step }, set) {
  const value = h("output", { "aria-hidden": "true" });
  const input = h("input", {
    type: "range",
    name,
    min: low,
    max: high,
    step,
    "aria-label": label,
    oninput: () => set({ [name]: Number(input.value) }),
  });
  const element = h("label", { class: "xp-slider" }, h("span", {}, label), value, input);
  return {
    element,
    show(now) {
      if (Number(input.value) !== now) input.value = now;
      const text = Number(now.toFixed(3)).toString().replace("-", "−");
      value.textContent = text;
      input.setAttribute("aria-valuetext", text);
      input.style.setProperty("--xp-filled", `${(100 * (now - low)) / (high - low)}%`);
    },
  };
}

function choice({ name, label, options }, set) {
  const input = h(
    "select",
    { name, onchange: () => set({ [name]: input.value }) },
    ...options.map((option) => h("option", { value: option }, option)),
  );
  const element = h("label", { class: "xp-choice" }, h("span", {}, label), input);
  return {
    element,
    show(now) {
      input.value = now;
    },
  };
}

function toggle({ name, label }, set) {
  const input = h("input", {
    type: "checkbox",
    name,
    onchange: () => set({ [name]: input.checked }),
  });
  const element = h("label", { class: "xp-toggle" }, input, h("span", {}, label));
  return {
    element,
    show(now) {
      input.checked = now;
    },
  };
}

// What is typed counts when it is handed in; then the field is empty again, for the next, or keeps it.
function field({ name, label, reveal, keeps }, set) {
  const input = h("input", { type: "text", name, autocomplete: "off", "aria-label": label });
  const handIn = (text) => {
    if (!keeps) input.value = "";
    if (text.trim() !== "") set({ [name]: text.trim() });
  };
  const form = h(
    "form",
    {
      onsubmit(event) {
        event.preventDefault();
        handIn(input.value);
      },
    },
    input,
    h("button", { type: "submit" }, keeps ? "Use" : "Check"),
    ...(reveal ? [h("button", { type: "button", onclick: () => handIn("?") }, reveal)] : []),
  );
  const show = (now) => {
    if (keeps && document.activeElement !== input) input.value = now;
  };
  return { element: h("div", { class: "xp-field" }, h("span", {}, label), form), show };
}
