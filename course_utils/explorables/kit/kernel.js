// Asks Python for values: float32 bytes come back; one question is under way, the newest waits.

// Jupyter's server lets a small packet wait until the one before it is acknowledged (Nagle's
// algorithm, 1984), and a browser with nothing to say acknowledges only after 40 ms. So `onBusy`,
// called when Python begins, should send something that has to be sent anyway.
export function askPython(model, { onValues, onError, onSilence, onBusy, patience = 3000 }) {
  let underWay = null;
  let waiting = null;
  let count = 0;
  let timer = 0;

  function send(asked) {
    count += 1;
    underWay = { id: count, asked };
    try {
      model.send(underWay, { iopub: { status } });
      timer = setTimeout(onSilence, patience);
    } catch {
      underWay = null; // the line to the kernel is cut
      onSilence();
    }
  }

  function status({ content }) {
    if (content.execution_state === "busy") onBusy();
  }

  function receive(message, buffers) {
    if (!underWay || message.id !== underWay.id) return; // the answer to another view
    clearTimeout(timer);
    const { asked } = underWay;
    underWay = null;
    if (waiting) {
      const next = waiting;
      waiting = null;
      send(next);
    }
    if (message.error) onError(message.error);
    else onValues(asked, float32(buffers[0]), message.shape);
  }

  model.on("msg:custom", receive);
  return {
    ask(asked) {
      if (!underWay) send(asked);
      else waiting = same(asked, underWay.asked) ? null : asked;
    },
    stop() {
      clearTimeout(timer);
      model.off("msg:custom", receive);
    },
  };
}

const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

// The bytes of a DataView as numbers; copied, because a Float32Array must start at a multiple of 4.
export function float32(view) {
  const end = view.byteOffset + view.byteLength;
  return new Float32Array(view.buffer.slice(view.byteOffset, end));
}

// Arrays that came with the figure: bytes in a notebook, base64 in a page. { name: { shape, array } }
export function readArrays(data) {
  const read = ([name, { shape, float32: sent }]) => {
    const bytes =
      typeof sent === "string" ? Uint8Array.from(atob(sent), (c) => c.charCodeAt(0)) : sent;
    return [name, { shape, array: float32(bytes) }];
  };
  return Object.fromEntries(Object.entries(data).map(read));
}
