"""Which lesson a notebook is, seen from its kernel."""

from __future__ import annotations

import os
import re
from pathlib import PurePath

from course_utils.learning.curriculum import lesson_of

# JupyterLab tells the kernel the notebook's path in the one, VS Code in the other.
SESSION, VS_CODE = "JPY_SESSION_NAME", "__vsc_ipynb_file__"


def lesson_name(namespace: dict) -> str:
    """The name of the lesson, such as "02_activation_functions"; "" where nobody says it.

    All notebooks of a lesson have this one name.
    """
    for path in (os.environ.get(SESSION), namespace.get(VS_CODE)):
        found = re.match(r"\d\d_\w+?(?=\.|-|$)", PurePath(str(path or "").replace("\\", "/")).name)
        if found:
            return lesson_of(found[0])
    return ""
