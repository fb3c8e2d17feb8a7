// Rows of a list put into another order: by the two buttons of each, by arrow keys, or by dragging.

// moved: called with a row and its new place, from 1, each time one has moved.
export function sortable(list, moved = () => {}) {
  const rows = () => [...list.children];
  const place = (row) => rows().indexOf(row);
  const step = (button) => (button.classList.contains("line-up") ? -1 : 1);

  function move(row, to) {
    if (to < 0 || to >= rows().length || to === place(row)) return;
    const held = row.contains(document.activeElement) ? document.activeElement : null;
    const others = rows().filter((other) => other !== row);
    list.insertBefore(row, others[to] ?? null);
    held?.focus(); // what is taken out of a page loses it
    mark();
    moved(row, to + 1);
  }

  // A button that leads nowhere keeps the focus, and says so.
  function mark() {
    for (const row of rows()) {
      for (const button of row.querySelectorAll("button")) {
        const nowhere = rows()[place(row) + step(button)] === undefined;
        button.setAttribute("aria-disabled", String(nowhere));
      }
    }
  }

  list.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    event.preventDefault(); // of a page that would ask its server for the same
    const row = button.closest("li");
    move(row, place(row) + step(button));
  });
  list.addEventListener("keydown", (event) => {
    const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    const row = event.target.closest("li");
    if (!by || !row) return;
    event.preventDefault();
    move(row, place(row) + by);
  });
  list.addEventListener("pointerdown", (event) => {
    const row = event.target.closest("li");
    const scrolls = event.pointerType === "touch" && !event.target.closest(".line-grip");
    if (!row || event.button !== 0 || scrolls || event.target.closest("button")) return;
    event.preventDefault();
    const drag = ({ clientY }) => {
      const middle = (other) => other.getBoundingClientRect().top + other.offsetHeight / 2;
      move(row, rows().filter((other) => other !== row && middle(other) < clientY).length);
    };
    const drop = () => {
      row.classList.remove("line-held");
      list.removeEventListener("pointermove", drag);
      for (const end of ENDS) list.removeEventListener(end, drop);
    };
    list.setPointerCapture(event.pointerId);
    row.classList.add("line-held");
    list.addEventListener("pointermove", drag);
    for (const end of ENDS) list.addEventListener(end, drop);
  });
  mark();
}

const ENDS = ["pointerup", "pointercancel", "lostpointercapture"];
