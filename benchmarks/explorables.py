"""From a key to changed pixels: our figures beside `interact` with Matplotlib, in one JupyterLab.

    python benchmarks/explorables.py             about three minutes
    python benchmarks/explorables.py --presses 100
    python benchmarks/explorables.py --quick     three presses, one figure a kind: does it run?

Each figure gets real key presses through headless Chromium, one after the other, at random moments
of the screen's 16.7 ms. The clock starts with the time stamp of the key's event; it stops after the
frame in which the picture is another one. Half a frame of waiting is in every number. The script
prints the median and the 95th percentile; a busy machine slows all rows alike.
"""

import argparse
import contextlib
import os
import random
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

import nbformat
from playwright.sync_api import sync_playwright

START = """
import matplotlib.pyplot as plt
import numpy as np
from ipywidgets import interact

from course_utils import explorables as show

%matplotlib inline
def neuron(x, w, b):
    return x @ w + b

def leaky(z, alpha=0.1):
    return np.where(z > 0, z, alpha * z)

def central_difference(f, x, h):
    return (f(x + h) - f(x - h)) / (2 * h)

def adam_step(param, grad, m, v, t, learning_rate, beta1, beta2, epsilon):
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    step = m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + epsilon)
    return param - learning_rate * step, m, v
"""

# The same picture the usual way: the neuron's plane, its line and its points; f and its slope.
INTERACT_PLANE = """
from course_utils.explorables.boundary_lab.figure import AXIS, grid
from course_utils.explorables.maths.clouds import points
x, y = points("two groups", 0.35, 0)

@interact(w1=(-5.0, 5.0, 0.1))
def plane(w1=1.0):
    w = np.array([w1, -0.5])
    z = neuron(grid(), w, 1.5).reshape(60, 60)
    plt.figure(figsize=(5, 4.6))
    plt.pcolormesh(AXIS, AXIS, 1 / (1 + np.exp(-z)), shading="auto")
    plt.contour(AXIS, AXIS, z, [0])
    plt.scatter(*x.T, c=y)
    plt.show()
"""
INTERACT_SLOPE = """
z = np.linspace(-8, 8, 801)

@interact(at=(-8.0, 8.0, 0.1))
def curves(at=1.0):
    y = 1 / (1 + np.exp(-z))
    slope = y * (1 - y)
    figure, (top, bottom) = plt.subplots(2, 1, figsize=(7.2, 4.4))
    for ax, values in ((top, y), (bottom, slope)):
        ax.plot(z, values)
        ax.plot(at, np.interp(at, z, values), "D")
        ax.fill_between(z, *ax.get_ylim(), where=np.abs(slope) < 0.01, alpha=0.2)
    plt.show()
"""

# What is measured: name, cell, what takes the keys, what must change. Where the work depends on
# the settings, they are the heaviest that the sliders allow.
SLIDER = "input[name={}]"
PICTURE = "svg[role=img]"
KEYS = {"keepdims": ["Space"], "examples": ["ArrowLeft"]}  # others go three steps there and back
YOURS = 'path.xp-theirs[d*="L"]'  # a curve, not its mark in the legend
FIGURES = [
    (
        "1 broadcasting, keepdims",
        "Broadcasting(b_from='A.sum(axis=1)', guess='?')",
        "keepdims",
        PICTURE,
    ),
    ("2 one neuron, weight", "BoundaryLab()", "w1", PICTURE),
    (
        "2 two layers of 8, ten training steps",
        "BoundaryLab(data='ring', network='two hidden layers', units=8, steps=100)",
        "steps",
        PICTURE,
    ),
    ("3 function and slope, z", "FunctionSlope()", "z", PICTURE),
    ("4 network X-ray, step", "NetworkXray(batch=6)", "stage", PICTURE),
    ("5 softmax, c", "SoftmaxCrossEntropy()", "c", PICTURE),
    ("6 step size, h", "StepSize()", "log_h", PICTURE),
    ("7 backprop stepper, x", "BackpropStepper()", "x", PICTURE),
    ("8 descent, learning rate", "DescentValley(steps=60)", "learning_rate", PICTURE),
    ("9 optimizer race, start", "OptimizerRace(steps=100)", "start_u", PICTURE),
    ("10 NumPy and Keras, epochs", "NumpyAndKeras()", "epochs", PICTURE),
    ("11 overfitting dial, dropout", "OverfittingDial()", "dropout", PICTURE),
    (
        "11 overfitting dial, largest, examples",  # each press trains anew
        "OverfittingDial(examples=48, width=32, steps=1000)",
        "examples",
        PICTURE,
    ),
    ("12 symptom to cause, epoch", "SymptomToCause()", "epoch", PICTURE),
    ("12 symptom to cause, rate", "SymptomToCause()", "rate_power", PICTURE),
    ("kernel: 2, the learner's neuron", "BoundaryLab(neuron=neuron)", "w1", ".xp-boundary"),
    (
        "kernel: 3, the learner's function, alpha",
        "FunctionSlope(function=leaky)",
        "alpha",
        ".xp-curve",
    ),
    (
        "kernel: 6, the learner's difference, x",
        "StepSize(difference=central_difference)",
        "x",
        YOURS,
    ),
    (
        "kernel: 9, the learner's Adam, start",
        "OptimizerRace(adam_step=adam_step)",
        "start_v",
        '.xp-racer.xp-racer-6[d*="L"]',
    ),
    ("interact + Matplotlib: one neuron", INTERACT_PLANE, None, "img"),
    ("interact + Matplotlib: function and slope", INTERACT_SLOPE, None, "img"),
]
# A figure's own code, a learner's function in it, and what it is compared with.
QUICK = ("12 symptom to cause, rate", "kernel: 2", "interact")

MEASURE = """([cell, what]) => {
    const output = document.querySelectorAll(".jp-Notebook .jp-Cell")[cell]
        .querySelector(".jp-Cell-outputWrapper");
    const look = () => {
        const element = [...output.querySelectorAll(what)].at(-1);
        return element ? element.getAttribute("d") ?? element.src ?? element.innerHTML : null;
    };
    window.measured = [];
    window.watch?.disconnect();
    let pressed = null;
    let before = null;
    if (window.onPress) removeEventListener("keydown", window.onPress, true);
    window.onPress = (event) => { pressed = event.timeStamp; before = look(); };
    addEventListener("keydown", window.onPress, true);
    window.watch = new MutationObserver(async () => {
        const now = look();
        if (pressed === null || now === null || now === before) return;
        const start = pressed;
        pressed = null;
        const handled = performance.now() - start;
        if (what === "img") await [...output.querySelectorAll("img")].at(-1).decode();
        requestAnimationFrame(() => {
            const channel = new MessageChannel();
            channel.port1.onmessage = () =>
                window.measured.push([handled, performance.now() - start]);
            channel.port2.postMessage(null);
        });
    });
    window.watch.observe(output, {
        subtree: true, childList: true, attributes: true, characterData: true,
    });
}"""

READY = """async () => {
    await window.jupyterapp.restored;
    const panel = window.jupyterapp.shell.currentWidget;
    await panel.context.ready;
    await panel.sessionContext.ready;
    const kernel = panel.sessionContext.session.kernel;
    while (kernel.connectionStatus !== "connected" || kernel.status !== "idle")
        await new Promise((wait) => setTimeout(wait, 50));
}"""


def answers(address):
    with contextlib.suppress(OSError), urllib.request.urlopen(f"{address}/api", timeout=5):
        return True
    return False


@contextlib.contextmanager
def jupyterlab(folder):
    """The address of a JupyterLab that serves a folder and keeps its settings there."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    names = ("CONFIG_DIR", "DATA_DIR", "RUNTIME_DIR")
    home = {f"JUPYTER_{name}": str(folder / ".jupyter" / name) for name in names}
    home["JUPYTERLAB_WORKSPACES_DIR"] = str(folder / ".jupyter" / "workspaces")
    settings = folder / ".jupyter" / "settings" / "@jupyterlab" / "notebook-extension"
    settings.mkdir(parents=True)  # every cell is to be on the page, in view or not
    (settings / "tracker.jupyterlab-settings").write_text('{"windowingMode": "none"}')
    home["JUPYTERLAB_SETTINGS_DIR"] = str(folder / ".jupyter" / "settings")
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--ip=127.0.0.1", "--allow-root"]
    command += [f"--ServerApp.port={port}", "--IdentityProvider.token="]
    command += [f"--ServerApp.root_dir={folder}", "--LabApp.expose_app_in_browser=True"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    server = subprocess.Popen(command, env=os.environ | home, **quiet)
    address = f"http://127.0.0.1:{port}"
    try:
        until = time.monotonic() + 300  # a busy machine takes minutes to start it
        while not answers(address):
            if server.poll() is not None or time.monotonic() > until:
                sys.exit("JupyterLab does not start: try `python -m jupyterlab`")
            time.sleep(0.25)
        yield address
    finally:
        server.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            server.wait(10)


def open_notebook(browser, address, folder, figures):
    """The page of a notebook with each figure in a cell of its own, after all have run."""
    sources = [START]
    sources += [cell if what == "img" else f"show.{cell}" for _, cell, _, what in figures]
    cells = [nbformat.v4.new_code_cell(source.strip()) for source in sources]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=kernel), folder / "speed.ipynb")
    page = browser.new_page(viewport={"width": 1300, "height": 1000})
    page.set_default_timeout(300_000)
    page.goto(f"{address}/lab/workspaces/speed/tree/speed.ipynb?reset")
    page.wait_for_function("() => window.jupyterapp?.shell.currentWidget?.context")
    page.evaluate(READY)
    page.evaluate("() => window.jupyterapp.commands.execute('notebook:run-all-cells')")
    page.locator(".noUi-handle").nth(1).wait_for(state="attached")
    page.wait_for_timeout(2000)
    return page


def measure(page, number, figure, presses, warm_up):
    """[(ms until the page has another picture, ms until it is on the screen), ...]."""
    _, _, control, what = figure
    handle = ".noUi-handle" if what == "img" else SLIDER.format(control)
    cell = page.locator(".jp-Notebook .jp-Cell").nth(number + 1)
    cell.scroll_into_view_if_needed()
    target = cell.locator(handle).last
    target.scroll_into_view_if_needed()
    page.wait_for_timeout(300)
    page.evaluate(MEASURE, [number + 1, what])
    target.focus()
    keys = KEYS.get(control, ["ArrowRight"] * 3 + ["ArrowLeft"] * 3)
    for press in range(presses + warm_up):
        key = keys[press % len(keys)]
        page.keyboard.press(key)
        page.wait_for_function(f"window.measured.length > {press}", timeout=30_000)
        page.wait_for_timeout(random.uniform(60, 160))
    return page.evaluate("window.measured")[warm_up:]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--presses", type=int, default=30)
    parser.add_argument("--quick", action="store_true", help="three presses, one figure a kind")
    options = parser.parse_args()
    presses, warm_up = (3, 0) if options.quick else (options.presses, 5)
    figures = [f for f in FIGURES if not options.quick or f[0].startswith(QUICK)]
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        sys.exit("no chromium on the PATH: install it to measure (Debian: chromium)")
    with (
        tempfile.TemporaryDirectory() as name,
        jupyterlab(Path(name)) as address,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
        )
        page = open_notebook(browser, address, Path(name), figures)
        print(f"{f'milliseconds, {presses} key presses each':46}  until the page   on screen")
        print(f"{'':46}  changed: median   median    95 %")
        for number, figure in enumerate(figures):
            times = measure(page, number, figure, presses, warm_up)
            handled, shown = zip(*times, strict=True)
            late = statistics.quantiles(shown, n=20)[-1]
            median = statistics.median
            print(f"{figure[0]:46}  {median(handled):15.1f}  {median(shown):7.1f}  {late:6.1f}")
        browser.close()


if __name__ == "__main__":
    main()
