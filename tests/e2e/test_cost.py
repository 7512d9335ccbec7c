"""What the home page asks a server beside the stages: alerts, changes, infrastructure."""

import collections
import contextlib
import tempfile
import unittest
from datetime import datetime
from pathlib import Path

from live import Live
from program import main_directory

main_directory("demo")
from stack import Stack     # pylint: disable=wrong-import-position

REFRESH_S = 10
WATCHED_S = 85      # more than a minute after the first refresh: what lasts so long is due together
MOST = 3
BESIDE = {"rules", "alerts", "alertmgr", "infra", "changes", "targets"}
PODS = "label_replace(count by (namespace, "     # how the query begins that looks for the pods


def kind_of(line):
    """(second, what the line of the log is about, or None) of what is beside the stages."""
    words = line.split(maxsplit=6)
    if len(words) < 3 or not words[0].endswith("Z"):
        return None
    kind = words[1] if words[1] in BESIDE else None
    kind = "pods" if words[1] == "now" and PODS in line else kind
    return kind and (int(datetime.fromisoformat(words[0]).timestamp()), kind)


class Cost(unittest.TestCase):
    """Of a service within a cluster, in an incident, with alerts."""

    def test_home_page(self):
        with contextlib.ExitStack() as cleanup:
            folder = Path(cleanup.enter_context(tempfile.TemporaryDirectory()))
            stack = cleanup.enter_context(Stack("article", history_days=1, cluster=True))
            live = cleanup.enter_context(Live(
                "--no-cache", "--refresh", f"{REFRESH_S}s", "--log", folder / "log", stack.url,
                size=(120, 40)))
            live.wait_for("CULPRIT", "changed", "alerts")
            live.stay(WATCHED_S)
            live.quit()
            lines = (folder / "log").read_text(encoding="utf-8").splitlines()
        asked = [one for one in map(kind_of, lines) if one]
        refreshes = collections.defaultdict(list)
        for second, kind in asked:
            refreshes[second // REFRESH_S].append(kind)
        self.assertEqual({kind for _, kind in asked} - {"alertmgr"},
                         {"rules", "infra", "changes", "pods"}, refreshes)
        first = min(refreshes)      # when nothing is known yet, and the one that ends with it
        later = {at: kinds for at, kinds in refreshes.items() if at > first + 1}
        self.assertGreater(len(later), 5, refreshes)
        for kind in ("rules", "infra", "changes", "pods"):
            self.assertIn(kind, {one for kinds in later.values() for one in kinds}, refreshes)
        for at, kinds in later.items():
            self.assertLessEqual(len(kinds), MOST, (at, refreshes))


if __name__ == "__main__":
    unittest.main()
