"""What ragtop, with nothing configured, says of stacks and components, against what is true."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from components import COMPONENTS       # noqa: E402  pylint: disable=wrong-import-position

TAKES_S = 240


def _ended(arguments, command):
    return subprocess.run(
        [sys.executable, HERE / "stack.py", "--at-once", *arguments, "--", *command],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=TAKES_S, check=False,
        encoding="utf-8")


def table(*arguments):
    """`ragtop report` as people read it, on the server that stack.py makes with ARGUMENTS."""
    return _ended(arguments, [os.environ["RAGTOP"], "report", "--no-cache"]).stdout


def run(*arguments, command):
    """What COMMAND prints, JSON, on such a server."""
    ended = _ended(arguments, command)
    try:
        return json.loads(ended.stdout)
    except ValueError as error:
        raise AssertionError(f"{' '.join(arguments)}: no report\n{ended.stderr}") from error


def report(*arguments):
    """`ragtop report` there."""
    return run(*arguments, command=[os.environ["RAGTOP"], "report", "--no-cache",
                                    "--format", "json"])


def culprit(said):
    """The row that is blamed, or None; of a tool that of all of them, which its metrics make."""
    name = said["verdict"]["stage"]
    if name and name.startswith("tool:"):
        name = next(row["stage"] for row in said["rows"] if row["stage"] in ("tool_call", "tool_calls"))
    return next((row for row in said["rows"] if row["stage"] == name), None)


def is_right(said, truth):
    """Whether what is blamed is the component of TRUTH, and of tools the very one."""
    name = said["verdict"]["stage"] or ""
    tool = name.removeprefix("tool:") if name.startswith("tool:") else None
    return is_of(culprit(said), truth["component"]) and tool in (None, truth["inside"])


def is_of(row, component):
    """Whether ROW is asked for by a metric of COMPONENT's."""
    names = {own.name for own in COMPONENTS[component].rows}
    asked = set(re.findall(r"[\w:]+", (row or {}).get("promql") or ""))
    return any(name in asked or f"{name}_{part}" in asked
               for name in names for part in ("bucket", "sum", "count"))


def listed():
    """{stack: {incident: truth}}"""
    told = subprocess.run([sys.executable, HERE / "stack.py", "--list"], check=True,
                          stdout=subprocess.PIPE, encoding="utf-8")
    return json.loads(told.stdout)["stacks"]
