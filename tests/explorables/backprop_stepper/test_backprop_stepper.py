"""Backprop stepper: its gradients against `Value`, its facts, what it says to a wrong number."""

import numpy as np
import pytest

from course_utils.explorables import BackpropStepper, gallery
from course_utils.explorables.backprop_stepper.figure import GRAPHS, compute
from course_utils.nn.autograd import Value

ALL_THE_WAY = """((graph) => ({
    nodes: graph.nodes,
    edges: graph.edges,
    shares: m.contributions(graph, graph.edges.length),
    order: m.wayBack(graph),
}))(m.evaluate(a.rows, a.inputs))"""


def inputs(rng):
    return dict(zip("wxby", rng.uniform(-3, 3, 4).tolist(), strict=True))


@pytest.mark.parametrize("name", GRAPHS)
@pytest.mark.parametrize("seed", range(5))
def test_values_local_derivatives_and_gradients_are_those_of_value(module, name, seed):
    given = inputs(np.random.default_rng(seed))
    found = module("backprop_stepper", ALL_THE_WAY, {"rows": GRAPHS[name], "inputs": given})
    result = compute(GRAPHS[name], given)
    result.backward()
    for value in result.topological_order():
        (node,) = (node for node in found["nodes"] if node["label"] == value.label)
        assert node["data"] == pytest.approx(value.data, abs=1e-6)
        assert sum(found["shares"][node["id"]]) == pytest.approx(value.grad, rel=1e-6, abs=1e-6)
        locals_ = [local for _, child, local in found["edges"] if child == node["id"]]
        assert locals_ == pytest.approx(list(value.local), abs=1e-6)


@pytest.mark.parametrize("name", GRAPHS)
def test_gradients_agree_with_differences(module, name):
    given = inputs(np.random.default_rng(7))
    found = module("backprop_stepper", ALL_THE_WAY, {"rows": GRAPHS[name], "inputs": given})
    for node in found["nodes"]:
        if node["operation"]:
            continue
        up, down = (
            compute(GRAPHS[name], given | {node["label"]: given[node["label"]] + h}).data
            for h in (1e-5, -1e-5)
        )
        gradient = sum(found["shares"][node["id"]])
        assert gradient == pytest.approx((up - down) / 2e-5, rel=1e-5, abs=1e-5)


def test_where_a_value_is_used_more_than_once_its_shares_add_up(module):
    """The fact that the figure teaches: d(x·x + x)/dx = 2x + 1, out of three shares."""
    for x in (-2.5, 0, 2):
        asked = {"rows": GRAPHS["x times x"], "inputs": {"x": x}}
        found = module("backprop_stepper", ALL_THE_WAY, asked)
        assert len(found["shares"][0]) == 3
        assert sum(found["shares"][0]) == pytest.approx(2 * x + 1, abs=1e-12)


@pytest.mark.parametrize("name", GRAPHS)
def test_a_gradient_is_passed_on_only_when_it_is_complete(module, name):
    asked = {"rows": GRAPHS[name], "inputs": inputs(np.random.default_rng(0))}
    order = module("backprop_stepper", ALL_THE_WAY, asked)["order"]
    for position, step in enumerate(order):
        assert all(later["parent"] != step["child"] for later in order[position:])


def wide_graph():
    """A Value graph with a shared input and edges that jump over rows."""
    x, w, b = (Value(v, label=l) for v, l in [(2, "x"), (-0.5, "w"), (1, "b")])
    h = (w * x + b).tanh()
    return h * x + h


def test_the_layout_puts_every_value_above_its_uses_and_no_two_on_one_place(module):
    nodes, edges = wide_graph().nodes_and_edges()
    area = {"left": 0, "top": 0, "width": 400, "height": 300, "most": 140}
    graph = {"nodes": nodes, "edges": [list(edge) for edge in edges]}
    found = module("backprop_stepper", "m.layOut(...a)", [graph, area])
    places = [(p["x"], p["y"]) for p in found["places"]]
    assert all(places[parent][1] < places[child][1] for parent, child, _ in edges)
    spots = places + [(p["x"], p["y"]) for route in found["routes"] for p in route[1:-1]]
    assert len({(round(x), round(y)) for x, y in spots}) == len(spots)
    assert all(0 <= x <= 400 and 0 <= y <= 300 for x, y in spots)


def give(page, *answers):
    for answer in answers:
        page.locator("input[name=answers]").fill(answer)
        page.locator("input[name=answers]").press("Enter")
    return page.locator(".xp-results").text_content()


def test_a_local_derivative_shows_only_after_a_number_was_given(open_page):
    page = open_page("backprop_stepper")
    pills = page.locator(".xp-pill.xp-own")
    assert pills.count() == 0
    words = give(page, "-1.08")
    assert pills.all_text_contents() == [""]
    assert "Right: dL/de = −1.08. dL/de = 1 × (−1.08) = −1.08." in words
    words = give(page, "?")
    assert page.locator(".xp-pill.xp-told").count() == 1
    assert "Right" not in words
    page.locator("input[name=w]").press("ArrowRight")  # other values ask for other numbers
    assert pills.count() == 0


@pytest.mark.parametrize(
    ("before", "wrong", "words"),
    [
        ([], "-0.538", "the slope of a square has a factor 2"),
        (["?"], "-1.08", "upstream times local already"),
        (["?", "?"], "1", "does the difference grow or fall"),
        (["?"] * 3, "0.462", "That is the value of tanh"),
        (["?"] * 4, "0.5", "by how much does the sum grow"),
        (["?"] * 6, "0.5", "That is w itself"),
        (["?"] * 6, "a lot", "Type a number, like 0.25."),
    ],
)
def test_a_wrong_number_is_told_which_mistake_it_looks_like(open_page, before, wrong, words):
    page = open_page("backprop_stepper")
    assert words in give(page, *before, wrong)
    steps_done = page.locator(".xp-pill.xp-told").count()
    assert steps_done == len(before)


def test_the_tasks_check_themselves(open_page):
    page = open_page("backprop_stepper")
    marks = page.locator(".xp-mark")
    right = ["-1.08", "1", "-1", "0,786", "1", "1", "2", "0.5"]
    give(page, *right[:-1], "?")
    assert marks.all_text_contents() == ["open"] * 3  # one was shown
    page.get_by_role("button", name="Reset").click()
    give(page, right[0], "7", *right[1:])  # a wrong number in between does no harm
    assert marks.all_text_contents() == ["done", "open", "open"]

    answer = page.get_by_label("Your answer to task 2")
    for wrong, words in [
        ("1", "short path alone"),
        ("2", "through tanh alone"),
        ("5", "two shares"),
    ]:
        answer.fill(wrong)
        answer.press("Enter")
        assert words in page.locator(".xp-tasks li").nth(1).text_content()
    answer.fill("3")
    answer.press("Enter")
    assert marks.all_text_contents() == ["done", "done", "open"]

    page.locator("input[name=x]").fill("0")
    give(page, *["?"] * 7)
    assert marks.all_text_contents() == ["done", "done", "open"]  # not yet seen
    give(page, "?")
    assert marks.all_text_contents() == ["done"] * 3


def two_examples(bias):
    """The graph of lesson 07: one weight, two examples, the sum of two squares."""
    w, b = Value(0.5, label="w"), Value(bias, label="b")
    end = (w * 2.0 + b) ** 2 + (w * -1.0 + b) ** 2
    end.label = "L"
    return end


@pytest.mark.parametrize(("bias", "balanced"), [(0.0, False), (-2.5, True), (-2.0, False)])
def test_the_tasks_of_a_batch_check_themselves(bias, balanced, show):
    page, errors = show(BackpropStepper(two_examples(bias), place="batch"))
    nodes, edges = BackpropStepper(two_examples(bias)).nodes_and_edges({"graph": "your graph"})
    assert nodes[-1]["label"] == "L"
    for _, _, local in sorted(edges, key=lambda edge: -edge[1]):
        give(page, f"{local:.4f}")
    done = page.locator(".xp-mark").all_text_contents()
    assert done == ["done", "done" if balanced else "open"]
    assert errors == []


def test_task_two_asks_for_the_sum_of_both_paths():
    result = compute(GRAPHS["shortcut"], {"w": 2, "x": 0})
    result.backward()
    (x,) = (v for v in result.topological_order() if v.label == "x")
    assert x.grad == pytest.approx(3)


def test_the_learners_graph_can_be_stepped_through(browser, tmp_path):
    result = wide_graph()
    path = tmp_path / "yours.html"
    path.write_text(gallery.page(BackpropStepper(result=result)))
    page = browser.new_page()
    page.goto(path.as_uri())
    nodes, edges = result.nodes_and_edges()
    words = give(page, *["?"] * len(edges))
    (x,) = (node for node in nodes if node["label"] == "x")
    gradient = f"{x['grad']:.3g}".replace("-", "−")
    assert f"/dx = {gradient}" in words.split("All the way back:")[1]
    page.close()


def test_a_graph_is_refused_with_what_it_should_have_been():
    with pytest.raises(TypeError, match=r"a Value with nodes_and_edges\(\), got float"):
        BackpropStepper(result=0.5)
    value = Value(1.0)
    for _ in range(30):
        value = value + 1
    with pytest.raises(ValueError, match="at most 20 values, got 61"):
        BackpropStepper(result=value)
    with pytest.raises(ValueError, match="at most 4 in a row"):
        BackpropStepper(result=Value(1) * 2 + Value(3) * 4 + (Value(5) * 6 + Value(7) * 8))


@pytest.mark.parametrize(
    ("answers", "shown"), [("", False), ("1, 1", False), ("1, 1, 1, 0, 2", True)]
)
def test_the_still_picture_shows_the_way_back_only_to_those_who_have_gone_it(answers, shown):
    figure = BackpropStepper(graph="shortcut", w=2, x=0, answers=answers)
    _, alt = figure.still(figure.state)
    assert "t = 0, tanh of p" in alt
    assert ("gradient" in alt, "slope" in alt) == (shown, shown)
