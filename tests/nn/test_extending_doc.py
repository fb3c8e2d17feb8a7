"""The page about extending the library is a program; here it runs."""

import contextlib
import io
import re

import pytest

BLOCK = re.compile(r"```python\n(.*?)```(?:\s*```text\n(.*?)```)?", re.DOTALL)


@pytest.fixture
def page(root):
    return (root / "docs" / "extending-nn.md").read_text(encoding="utf-8")


def test_every_block_runs_and_prints_what_the_page_says(page):
    namespace = {"__name__": "page"}
    blocks = BLOCK.findall(page)
    assert len(blocks) == page.count("```python") >= 9
    assert sum(bool(output) for _, output in blocks) == page.count("```text")
    for code, expected in blocks:
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(compile(code, "extending-nn.md", "exec"), namespace)
        assert printed.getvalue() == expected, code


def test_the_page_adds_an_activation_a_layer_and_an_optimizer(page):
    for base in ("ActivationFunction", "Layer", "Optimizer"):
        assert f"(nn.{base}):" in page


def test_the_tables_the_page_points_to_exist(page):
    from course_utils.nn import activations, optimizers

    assert "`NAMES`" in page
    assert activations.NAMES
    assert optimizers.NAMES


def test_the_files_the_page_points_to_exist(page, root):
    files = re.findall(r"`(?:nn/)?([a-z_/]+\.py)`", page)
    assert {"layers.py", "convolution.py", "optimizers/__init__.py"} <= set(files)
    assert [f for f in files if not (root / "course_utils" / "nn" / f).is_file()] == []


def test_forgetting_the_brackets_is_refused_as_the_page_says(page):
    import numpy as np

    from course_utils import nn
    from course_utils.nn import gradcheck

    namespace = {}
    layer_block = next(code for code, _ in BLOCK.findall(page) if "class PReLU" in code)
    exec("import numpy as np\nfrom course_utils import nn\n", namespace)
    exec(layer_block.replace("self.da[...] =", "self.da ="), namespace)
    x = np.random.default_rng(0).normal(size=(6, 3))
    message = r"PReLU 'pre_lu': backward replaced .* Fill it in place: self\.da\[\.\.\.\] ="
    with pytest.raises(RuntimeError, match=message):
        gradcheck.check_layer(namespace["PReLU"](), x)
    model = nn.Sequential([namespace["PReLU"](input_dim=3)])
    model.compile("sgd", "mse")
    with pytest.raises(RuntimeError, match=message):
        model.fit(x, x, verbose=0)
