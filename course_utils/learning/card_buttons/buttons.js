// The buttons below a card, and below them what Python answers.

const WORDS = { hint: "Hint", solution: "Solution", again: "Try again from the start" };

function render({ model, el }) {
  const root = document.createElement("div");
  root.className = "cb";
  const row = document.createElement("div");
  row.className = "cb-row";
  const shown = document.createElement("div");
  shown.setAttribute("role", "status");
  for (const [name, label] of model.get("labels")) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = WORDS[name];
    button.setAttribute("aria-label", label);
    button.addEventListener("click", () => model.send({ pressed: name }));
    row.append(button);
  }
  const show = () => {
    shown.innerHTML = model.get("shown");
  };
  const putBack = ({ starter, placed }) => {
    const editor = answersEditor(el, model.get("names"));
    if (editor && replaceAll(editor, starter)) {
      model.set("shown", placed);
      model.save_changes();
    } else {
      navigator.clipboard?.writeText(starter).catch(() => {});
    }
  };
  model.on("change:shown", show);
  model.on("msg:custom", putBack);
  show();
  // JupyterLab would take Enter and the space bar for its own.
  root.setAttribute("data-lm-suppress-shortcuts", "true");
  root.addEventListener("keydown", (event) => event.stopPropagation());
  root.append(row, shown);
  el.append(root);
  return () => {
    model.off("change:shown", show);
    model.off("msg:custom", putBack);
  };
}

// The editor of the nearest cell above that defines one of the names, in JupyterLab and Notebook.
function answersEditor(el, names) {
  let cell = el.closest(".jp-Cell");
  const any = `\\b(${names.join("|")})\\b`;
  const defines = new RegExp(`^((def|class) +${any}|[\\w, ]*${any}[\\w, ]*=(?!=))`, "m");
  for (let above = 0; cell && above < 8; above += 1) {
    cell = cell.previousElementSibling;
    const editor = cell?.matches(".jp-CodeCell") ? cell.querySelector(".cm-content") : null;
    if (editor && defines.test(textOf(editor))) return editor;
  }
  return null;
}

function textOf(editor) {
  return [...editor.querySelectorAll(".cm-line")].map((line) => line.textContent).join("\n");
}

// As a person does it, by keys and clipboard: an editor can undo that. False if it doesn't listen.
function replaceAll(editor, text) {
  editor.focus();
  const mac = /Mac/.test(navigator.platform);
  const all = { key: "a", code: "KeyA", keyCode: 65, ctrlKey: !mac, metaKey: mac };
  const selected = new KeyboardEvent("keydown", { ...all, bubbles: true, cancelable: true });
  editor.dispatchEvent(selected);
  if (!selected.defaultPrevented) return false;
  const clipboardData = new DataTransfer();
  clipboardData.setData("text/plain", text);
  const pasted = { clipboardData, bubbles: true, cancelable: true };
  editor.dispatchEvent(new ClipboardEvent("paste", pasted));
  return textOf(editor).trimEnd() === text.trimEnd();
}

export default { render };
