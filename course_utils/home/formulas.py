"""The short formulas of a question as HTML: a page without scripts has no typesetter."""

from __future__ import annotations

import re

from markupsafe import Markup

from course_utils.checking.markdown import FORMULA, as_html

NAMES = {
    **{"alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "lambda": "λ"},
    **{"mu": "μ", "sigma": "σ", "pi": "π"},
    **{name: name for name in ("sin", "cos", "ln", "log", "exp", "max", "min", "tanh")},
    **{"cdot": "·", "times": "×", "le": "≤", "ge": "≥", "approx": "≈", "sqrt": "√", "ldots": "…"},
    **{"partial": "∂", "nabla": "∇", "to": "→", "quad": " ", "hat": "", "dots": "…", "infty": "∞"},
}
TOKEN = re.compile(
    r"\\([A-Za-z]+) ?|\\([ ,;!%])|([_^])(\{[^{}]*\}|\\[A-Za-z]+|.)|(&\w+;|[^\\_^{}])"
)


def with_formulas(text: str, inline: bool = False) -> Markup:
    """An author's Markdown as HTML. Raises ValueError for a formula that needs a typesetter."""
    html = str(as_html(text, inline=inline))
    parts = re.split(r"(<code.*?</code>)", html, flags=re.DOTALL)
    parts[::2] = [FORMULA.sub(lambda found: formula(found[2]), part) for part in parts[::2]]
    return Markup("".join(parts))


def formula(tex: str) -> str:
    """The HTML of `$x^2$`; what stands in it is escaped already."""
    if tex.startswith("$$"):
        raise ValueError(f"{tex} needs a line of its own")
    return f'<span class="formula">{_inner(tex[1:-1])}</span>'


def _inner(tex: str) -> str:
    made, at = [], 0
    while at < len(tex):
        found = TOKEN.match(tex, at)
        if found is None or (found[1] and found[1] not in NAMES):
            raise ValueError(f"{tex[at:]!r} is more than can be shown without a typesetter")
        name, space, sign, raised, letter = found.groups()
        if name:
            made.append(NAMES[name])
        elif space:
            made.append("%" if space == "%" else " ")
        elif sign:
            tag = "sup" if sign == "^" else "sub"
            made.append(f"<{tag}>{_inner(raised.strip('{}'))}</{tag}>")
        else:
            made.append(f"<i>{letter}</i>" if letter.isalpha() else letter)
        at = found.end()
    return "".join(made)


def shown_if_it_can(text: str) -> Markup:
    """The same, or nothing."""
    try:
        return with_formulas(text)
    except ValueError:
        return Markup("")
