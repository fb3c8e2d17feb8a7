// The form of every explorable: predict, turn, see, solve, say. See docs/explorables.md.
import { applies, controlPane } from "./controls.js";
import { h } from "./dom.js";
import { askPython, readArrays } from "./kernel.js";
import { putMarkup } from "./markup.js";
import { predictionPane, taskPane } from "./tasks.js";
import { readColors, watchTheme } from "./theme.js";

// module: { size: [width, height], facts, describe, draw, tasks, paint?, drag?, follow?, asks?,
//   beneath? }
export function explorable(module) {
  return { render: ({ model, el }) => mount(module, model, el), tasks: module.tasks };
}

function mount(module, model, el) {
  const spec = model.get("spec");
  const data = readArrays(model.get("data"));
  let state = { ...model.get("state") };
  let values = null; // the newest answer of the learner's function: { asked, array, shape }
  let shown = null; // the facts of the picture that is shown
  let colors = null;

  const picture = picturePane(module);
  const pan = panning(picture.element);
  const results = h("p", { class: "xp-results" });
  const note = h("p", { class: "xp-note", role: "status" });
  const beneath = h("div", { class: "xp-beneath" });
  const announce = announcer();
  const controls = controlPane(spec, set);
  const player = spec.play ? playButton(spec, () => state, set) : null;
  const progress = model.get("progress");
  const prediction = predictionPane(spec.question, progress.prediction, (index) =>
    share({ prediction: index }),
  );
  const tasks = taskPane(spec, module.tasks, progress.done, (done, message) => {
    share({ done });
    announce.now(message);
  });
  const copied = h("input", {
    class: "xp-copied",
    readonly: true,
    hidden: true,
    "aria-label": "This figure as a line of Python",
  });
  const root = h(
    "section",
    { class: "xp", "data-figure": spec.name, "aria-label": `${spec.title}, interactive figure` },
    h("p", { class: "xp-title", role: "heading", "aria-level": "3" }, spec.title),
    prediction.element,
    h(
      "div",
      { class: "xp-body" },
      h("div", { class: "xp-figure" }, pan.element, results, note),
      h("div", { class: "xp-side" }, controls.element, buttons()),
    ),
    ...(module.beneath ? [beneath] : []),
    tasks.element,
    announce.element,
  );
  const python = spec.asksPython ? kernel() : null;

  // One way for every change: new state, new facts, new picture.
  function set(patch) {
    const old = state;
    state = { ...state, ...patch };
    if (module.follow) state = { ...state, ...module.follow(state, old, shown, patch) };
    show();
    shareSoon();
    ask();
  }

  function facts() {
    return module.facts(state, { values, data, extra: spec.extra });
  }

  function show() {
    const now = facts();
    shown = now;
    const sentence = module.describe(state, now);
    putMarkup(picture.svg, module.draw(state, now));
    picture.svg.setAttribute("aria-label", sentence);
    colors ??= readColors(root);
    if (module.beneath) putMarkup(beneath, module.beneath(state, now));
    if (module.paint && colors) module.paint(picture.context(), state, now, colors);
    results.textContent = sentence;
    announce.later(sentence);
    controls.show(state);
    player?.show(state);
    tasks.show(state, now);
  }

  // What Python hears --------------------------------------------------------------------

  let timer = 0;
  function shareSoon() {
    clearTimeout(timer);
    timer = setTimeout(shareState, 120);
  }

  function shareState() {
    clearTimeout(timer);
    model.set("state", state);
    model.save_changes();
  }

  function share(patch) {
    model.set("progress", { ...model.get("progress"), ...patch });
    model.save_changes();
  }

  function hear() {
    const heard = model.get("state");
    if (JSON.stringify(heard) === JSON.stringify(state)) return;
    state = { ...heard };
    show();
    ask();
  }

  function ask() {
    const asked = python && module.asks(state, shown);
    if (!asked || (values && JSON.stringify(asked) === JSON.stringify(values.asked))) return;
    python.ask(asked);
  }

  function kernel() {
    return askPython(model, {
      onValues(asked, array, shape) {
        values = { asked, array, shape };
        note.textContent = "";
        show();
        ask(); // there may be more to come: a run that Python trains piece by piece
      },
      onError(message) {
        const rest = values ? "The figure shows its last values." : "There is nothing to show yet.";
        note.textContent = `Your function stopped with ${message}. ${rest}`;
      },
      onSilence() {
        note.textContent =
          "Python does not answer: it is busy, or it has stopped. The figure shows its last " +
          "values. If Python has stopped, run this cell again.";
      },
      onBusy: shareState,
    });
  }

  // Reset and copy -----------------------------------------------------------------------

  function buttons() {
    const reset = h("button", { type: "button", onclick: resetAll }, "Reset");
    const copy = h(
      "button",
      {
        type: "button",
        onclick() {
          copied.value = asPython(spec, state);
          copied.hidden = false;
          copied.select();
          navigator.clipboard?.writeText(copied.value).catch(() => {});
          announce.now("Copied: the line of Python that makes this figure.");
        },
      },
      "Copy as code",
    );
    const row = h("div", { class: "xp-buttons" }, ...(player ? [player.element] : []), reset, copy);
    return h("div", {}, row, copied);
  }

  function resetAll() {
    player?.stop();
    prediction.reset();
    tasks.reset();
    copied.hidden = true;
    share({ prediction: null });
    state = { ...spec.start };
    show();
    shareSoon();
    ask();
    announce.now("Back at the start.");
  }

  // Life ---------------------------------------------------------------------------------

  // The still picture above stands in for this figure when it is not alive. Now it is.
  let still = null;
  function hideStill() {
    const found = stillBefore(spec.name, el);
    if (found === still) return;
    if (still) still.hidden = false; // it was that of another cell
    still = found?.hidden ? null : found;
    if (still) still.hidden = true;
  }

  const stopWatching = watchTheme(() => {
    colors = null;
    show();
  });
  // JupyterLab may build a figure before it is on the page; colors are known only there.
  const seen = new ResizeObserver(() => {
    hideStill();
    pan.fit();
    if (!colors) show();
  });
  seen.observe(root);
  if (module.drag) picture.drag((point, phase) => set(module.drag(point, phase, state, shown)));
  // JupyterLab listens for shortcuts (arrows, "d d"): what is typed here stays here.
  root.setAttribute("data-lm-suppress-shortcuts", "true");
  root.addEventListener("keydown", (event) => event.stopPropagation());
  model.on("change:state", hear);
  el.append(root);
  hideStill();
  // JupyterLab may also put the still picture on the page after the figure.
  const later = [100, 500, 2000].map((wait) => setTimeout(hideStill, wait));
  show();
  ask();
  return () => {
    later.forEach(clearTimeout);
    player?.stop();
    python?.stop();
    stopWatching();
    seen.disconnect();
    model.off("change:state", hear);
    if (still) still.hidden = false;
  };
}

// In a narrow window the picture keeps a width at which its letters can be read, and scrolls
// sideways; then the keyboard can scroll it, too.
const SCROLLS = { tabindex: 0, role: "group", "aria-label": "The picture; scroll it sideways" };

function panning(picture) {
  const element = h("div", { class: "xp-pan" }, picture);
  return {
    element,
    fit() {
      const wide = element.scrollWidth > element.clientWidth + 1;
      for (const [name, value] of Object.entries(SCROLLS))
        if (wide) element.setAttribute(name, value);
        else element.removeAttribute(name);
    },
  };
}

// The SVG picture, with a canvas of the same size behind it for what has no outline.
function picturePane({ size: [width, height], paint }) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  svg.setAttribute("role", "img");
  const canvas = paint ? h("canvas", { "aria-hidden": "true" }) : null;
  const element = h("div", { class: "xp-picture" }, ...(canvas ? [canvas] : []), svg);
  if (canvas) {
    const sharpness = Math.min(2, Math.ceil(devicePixelRatio)); // more pixels than seen cost time
    canvas.width = width * sharpness;
    canvas.height = height * sharpness;
    canvas.getContext("2d").scale(sharpness, sharpness);
  }

  function drag(onDrag) {
    const tell = (phase) => (event) => {
      if (phase === "start") {
        svg.setPointerCapture(event.pointerId);
        event.preventDefault();
      }
      if (phase !== "start" && !svg.hasPointerCapture(event.pointerId)) return;
      const box = svg.getBoundingClientRect();
      const scale = width / box.width;
      onDrag(
        { x: (event.clientX - box.left) * scale, y: (event.clientY - box.top) * scale },
        phase,
      );
    };
    svg.classList.add("xp-drag");
    svg.addEventListener("pointerdown", tell("start"));
    svg.addEventListener("pointermove", tell("move"));
  }

  return { element, svg, drag, context: () => canvas.getContext("2d") };
}

// Speaks to screen readers: important things now, the changing result when it rests.
function announcer() {
  const element = h("p", { class: "xp-unseen", role: "status" });
  let timer = 0;
  let last = null;
  return {
    element,
    now(message) {
      clearTimeout(timer);
      element.textContent = message;
    },
    later(message) {
      clearTimeout(timer);
      if (last !== null && message !== last)
        timer = setTimeout(() => {
          element.textContent = message;
        }, 600);
      last = message;
    },
  };
}

// Moves one control to its end; readers who asked for less motion see the end at once.
function playButton(spec, getState, set) {
  const { control: name, stride } = spec.play;
  const { high, label, when } = spec.controls.find((control) => control.name === name);
  let playing = false;
  let position = 0; // moves on by parts of a step
  const element = h("button", { type: "button", class: "xp-play", onclick: toggle }, "Play");

  function toggle() {
    if (playing) return stop();
    if (getState()[name] >= high) set({ [name]: 0 });
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) return set({ [name]: high });
    playing = true;
    position = getState()[name];
    show();
    requestAnimationFrame(step);
  }
  function step() {
    if (!playing || !element.isConnected) return stop();
    position = Math.min(high, position + stride);
    const next = Math.floor(position);
    if (next === high) playing = false;
    if (next !== getState()[name]) set({ [name]: next });
    requestAnimationFrame(step);
  }
  function stop() {
    playing = false;
    show();
  }
  function show() {
    element.hidden = !applies(when, getState());
    const text = playing ? "Pause" : "Play";
    if (element.textContent !== text) element.textContent = text;
    element.setAttribute("aria-label", `${text}: ${label}`);
  }
  show();
  return { element, stop, show };
}

// The last still picture of that name above an element.
function stillBefore(name, el) {
  const stills = document.querySelectorAll(`.xp-still[data-name="${name}"]`);
  const before = [...stills].filter(
    (still) => still.compareDocumentPosition(el) & Node.DOCUMENT_POSITION_FOLLOWING,
  );
  return before.at(-1) ?? null;
}

// The line of Python that makes the same figure: what it was given, and what differs from a plain one.
export function asPython({ className, given, controls, alwaysWritten }, state) {
  const words = { true: "True", false: "False" };
  const settings = controls
    .filter(({ name, start }) => state[name] !== start || alwaysWritten.includes(name))
    .map(({ name }) => `${name}=${words[state[name]] ?? JSON.stringify(state[name])}`);
  return `${className}(${[...given, ...settings].join(", ")})`;
}

// What a page without a kernel gives to `render` in place of a model.
export function standIn(traits) {
  return {
    get: (name) => traits[name],
    set: (name, value) => {
      traits[name] = value;
    },
    save_changes() {},
    send() {},
    on() {},
    off() {},
  };
}
