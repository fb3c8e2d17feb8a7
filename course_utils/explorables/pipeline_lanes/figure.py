"""Pipeline lanes: how long a step takes with several workers, and when one more slows it down."""

from ..kit.form import Explorable
from ..kit.parts import Choice, Option, Question, Slider, Task, Toggle

MOST = 32  # workers
SHOWN = 300  # ms of the lanes
OVERHEAD = 0.1  # ms that a message costs however short it is
WAYS = ("one worker adds up", "ring")


class PipelineLanes(Explorable):
    """Load, compute and all-reduce as lanes in time, and the time of a step for 1 to 32 workers."""

    name = "pipeline_lanes"
    title = "Lanes of load, compute and all-reduce"
    question = Question(
        "A step: 10 ms to load the batch, 90 ms to compute, shared evenly by all workers. Then "
        "one worker collects the others' gradients and sends the mean back, 2.1 ms for each "
        "message. How long does a step take with 16 workers, beside 100 ms with one?",
        (
            Option("About 16 ms", "Set 16 workers, and see which lane is the longest."),
            Option("About 40 ms", "Set 16 workers, and see which lane is the longest."),
            Option("About 80 ms", "Set 16 workers, then 8, and compare."),
        ),
    )
    controls = (
        Slider("workers", "workers", 1, MOST, 1, 1),
        Slider("load", "load (ms)", 0, 40, 1, 10),
        Slider("compute", "compute, all together (ms)", 10, 120, 1, 90),
        Slider("message", "all gradients in one message (ms)", 0, 5, 0.1, 2),
        Choice("way", "all-reduce", WAYS, WAYS[0]),
        Toggle("ahead", "load the next batch while computing", False),
    )
    tasks = (
        Task(
            "mostWorkers",
            "As it comes: load 10, compute 90, message 2, one worker adds up, nothing loaded "
            "ahead. At how many workers does one more slow the step down?",
            number=True,
        ),
        Task(
            "bothRemedies",
            "With the same three times, get a step below 15 ms. You may turn the workers, the way "
            "of the all-reduce and the loading.",
        ),
        Task(
            "slowDisk",
            "A ring, loading ahead, compute 90, message 2, but loading takes 30 ms. From how many "
            "workers on does another one no longer help?",
            number=True,
        ),
    )
    takeaway = (
        "More workers shorten the computing and nothing else. Each of them adds messages, so there "
        "is a number beyond which a step gets slower. A ring moves that number up, for its "
        "messages get shorter. What is loaded ahead costs nothing until it is the longest lane: "
        "then no worker helps any more."
    )

    def still(self, state):
        from course_utils.plots import COLORS

        from ..kit.still import new_figure

        figure, (lanes, curve) = new_figure(2, 1, size=(7.2, 4.4), height_ratios=[3, 4])
        colors = {"load": "class_1", "compute": "chosen", "reduce": "gradient"}
        for place, (name, color) in enumerate(colors.items()):
            bars = [(start, end - start) for start, end in schedule(state)[name]]
            lanes.broken_barh(bars, (2.1 - place, 0.8), color=COLORS[color], edgecolor="white")
        lanes.set_yticks([2.5, 1.5, 0.5], ["load", "compute", "all-reduce"])
        lanes.set(xlim=(0, SHOWN), xlabel="ms")
        counts = range(1, MOST + 1)
        times = [step_time({**state, "workers": n}) for n in counts]
        curve.plot(counts, times, color=COLORS["function"])
        now = times[state["workers"] - 1]
        curve.plot(state["workers"], now, "D", color=COLORS["prediction"])
        curve.set(xlabel="workers", ylabel="step (ms)", ylim=(0, 150), xlim=(0, MOST))
        alt = (
            f"Above, three lanes in time with {state['workers']} worker"
            f"{'s' if state['workers'] > 1 else ''}: load {state['load']:g} ms, compute "
            f"{state['compute'] / state['workers']:.3g} ms, all-reduce {reduce_time(state):.3g} "
            f"ms. Below, the time of a step against the number of workers: {now:.3g} ms now, and "
            f"least with {fastest(state)}, {min(times):.3g} ms."
        )
        return figure, alt


def reduce_time(state):
    """ms for everybody to get the sum: 2 (n - 1) messages, one after the other."""
    n = state["workers"]
    share = n if state["way"] == "ring" else 1  # a ring sends chunks of 1/n
    return 2 * (n - 1) * (state["message"] / share + OVERHEAD)


def step_time(state):
    """ms between the ends of two steps, once the lanes are full."""
    busy = state["compute"] / state["workers"] + reduce_time(state)
    return max(state["load"], busy) if state["ahead"] else state["load"] + busy


def fastest(state):
    """The smallest number of workers with the shortest step."""
    return min(range(1, MOST + 1), key=lambda n: (round(step_time({**state, "workers": n}), 9), n))


def schedule(state, until=SHOWN):
    """{"load", "compute", "reduce"}: lists of (start, end) in ms, as far as `until`."""
    lanes = {"load": [], "compute": [], "reduce": []}
    loaded = begun = free = 0.0
    while free < until and len(lanes["load"]) < 200:
        start = max(loaded, begun) if state["ahead"] else free
        loaded = start + state["load"]
        begun = max(loaded, free)
        computed = begun + state["compute"] / state["workers"]
        free = computed + reduce_time(state)
        lanes["load"].append((start, loaded))
        lanes["compute"].append((begun, computed))
        lanes["reduce"].append((computed, free))
    return lanes
