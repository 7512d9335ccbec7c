#!/usr/bin/python3
"""README.md, HACKING.md and docs/ against the project: the picture, tables, paths and examples."""

import re
import tempfile
import unittest
from pathlib import Path
from unittest import mock

import project
import tables
from program import check_sane, run

README = project.read("README.md")
PATHS = [Path("README.md"), Path("HACKING.md"),
         *sorted(path.relative_to(project.ROOT) for path in (project.ROOT / "docs").glob("*.md"))]
TEXT = "\n".join(project.read(path) for path in PATHS)      # of all of them
README_LINES_MOST = 150
NOBODY = "http://127.0.0.1:1"       # nobody listens at port 1, so it refuses
USAGE, UNKNOWN = 64, 3
# What a path of the project begins with. build/ is made later, NAME stands for any name.
TOP = ("packaging", "src", "demo", "tests", "themes", "man", "contrib", "completions", "debian", ".ci")


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```$", TEXT, re.M | re.S)


def table(*headings):
    """The rows of the table with these headings; backticks are kept."""
    heading = r"^\| *" + r" *\| *".join(map(re.escape, headings)) + r" *\|\n"
    rows = re.search(heading + r"\|[-|: ]+\|\n((?:\|.*\n)+)", TEXT, re.M)[1].splitlines()
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", row)[1:-1]] for row in rows]


def codes(cell):
    return re.findall(r"`([^`]+)`", cell)


def config_blocks():
    """The YAML blocks that are settings of ragtop, and not Kubernetes' or Prometheus's."""
    top = {s.key for s in tables.settings() if s.key}
    return [text for text in blocks("yaml") if text.split(":")[0] in top]


def manual_blocks():
    """The examples of ragtop.yaml(5), which are all whole files."""
    text = project.read("man/ragtop.yaml.5")
    found = re.findall(r"^\.Bd -literal.*?\n(.*?)^\.Ed$|^\.Dl ([^\n]*)$", text, re.M | re.S)
    return [(block or line.strip('"') + "\n").replace("\\(dq", '"').replace("\\e", "\\") for block, line in found]


def bare(line):
    """LINE without the sign of the pane that has the focus and the sides of its frame."""
    return re.sub("[▸│]", " ", line)


class Picture(unittest.TestCase):
    """The picture of the screen."""

    def setUp(self):
        self.lines = blocks("")[0].splitlines()

    def headings(self):
        """The columns of the picture, without the span of the trend."""
        line = next(line for line in map(bare, self.lines) if line.split()[:1] == ["metric"])
        return re.sub(r"last \w+", "trend", line).split()

    def test_has_the_size_it_is_said_to_have(self):
        self.assertLessEqual(len(self.lines), 30)
        self.assertLessEqual(max(map(len, self.lines)), 100)

    def test_has_the_columns_of_a_screen_of_its_size(self):
        printed = run("--screenshot", "--size", "100x30", NOBODY)
        check_sane(self, printed)
        line = next(line for line in map(bare, printed.out.splitlines())
                    if line.split()[:1] == ["metric"])
        now = re.sub(r"last \w+", "trend", line).split()
        # the verdicts of an unreachable server need no room
        self.assertEqual(now, [h for h in self.headings() if h in now])
        self.assertLessEqual(set(self.headings()) - set(now), {"verdict"})

    def test_has_the_columns_of_the_report(self):
        report = run("report", "--format", "markdown", NOBODY).out
        row = next(line for line in report.splitlines() if "| metric |" in line)
        columns = row.replace("|", " ").split()
        self.assertLessEqual(set(self.headings()) - {"trend"}, set(columns))
        explained = [row[0] for row in table("column", "what it is")]
        self.assertEqual(columns, [c for c in explained if not c.startswith("last")])

    def test_has_keys_of_the_status_line(self):
        """Which there are depends on what is on the screen; all are called as the program has them."""
        labels = set(re.findall(r'^COMMAND\("[^"]*", "[^"]*", \w+, "[^"]*", "([^"]+)"',
                                project.read("src/bind/command.def"), re.M))
        labels |= set(re.findall(r'N_\("([^"]+)"\)',
                                 project.read("src/pages/footer.c")))
        told = re.sub(r"Tab \d+ more panes?", "Tab pane", self.lines[-1]).strip()
        self.assertGreater(len(told), 60)
        self.assertLessEqual({entry.split(" ", 1)[1] for entry in told.split("  ")}, labels)


class Tables(unittest.TestCase):
    """What is listed."""

    maxDiff = None

    def test_keys_and_commands(self):
        """Where they differ from the table, tests/docs/tables.py --fix writes them."""
        for path, *what in tables.BLOCKS:
            if path.endswith(".md"):
                self.assertEqual(*tables.block(path, *what))
        self.assertIn(["`q`, `Ctrl-C`", "`quit`", "quit"], table("key", "command", ""))
        self.assertIn("`:write FILE`", [row[0] for row in table("command", "")])

    def test_every_name_of_a_key(self):
        """Those that key_parse() knows."""
        names = re.findall(rf"^    \{{[^}}]*, {project.STRING}\}},$",
                           re.search(r"named\[\] = \{(.*?)^\};", project.read("src/bind/key.c"),
                                     re.M | re.S)[1], re.M)
        self.assertGreater(len(names), 10)
        told = re.search(r"^A key is a character.*?^$", TEXT, re.M | re.S)[0]
        self.assertLessEqual({*names, "F1", "F12", "C-x", "Ctrl-x"}, set(codes(told)))

    def test_themes(self):
        self.assertEqual(project.themes(),
                         {codes(row[0])[0] for row in table("theme", "for")})

    def test_layers(self):
        rows = table("folder of src", "includes", "what it is")
        told = {codes(row[0])[0]: [] if row[1] == "nothing" else row[1].split(", ")
                for row in rows}
        self.assertEqual(list(project.layers().items()), list(told.items()))
        mapped = re.findall(r"^ \*   (\w+) ", (project.ROOT / "src/main.c").read_text(encoding="utf-8"), re.M)
        self.assertEqual(set(mapped), set(project.layers()))
        self.assertEqual(len(mapped), len(set(mapped)))

    def test_every_key_of_a_configuration(self):
        cells = sum((table(*headings) for headings in (
            ("key", "value"), ("key of a stage", "value"), ("form of a metric", "what it is"),
            ("key of a signal", "what it is"))), [])
        told = {word for row in cells for code in codes(row[0]) for word in re.findall(r"\w+", code)}
        self.assertEqual(set(), project.config_keys() - told)

    def test_statuses(self):
        self.assertEqual(["0", "1", "2", "3", "64"],
                         [row[0] for row in table("status", "meaning")])

    def test_suites_are_those_of_the_test_runner(self):
        usage = re.search(r"cat <<'EOF'\n(.*?)^EOF$", project.read("tests/run"), re.M | re.S)[1]
        told = {row[0] for row in table("suite", "what it holds")}
        for suite in told:
            self.assertRegex(usage, rf"\b{suite}\b")
        runner = project.read("tests/run")
        self.assertEqual(told, {name for words in re.findall(r"^(?:sanitized|plain|alone|named_only)=\((.*?)\)",
                                                             runner, re.M)
                                for name in words.split()})


class Names(unittest.TestCase):
    """What is named is there."""

    def test_links(self):
        seen = 0
        for path in PATHS:
            prose = re.sub(r"^```.*?^```$", "", project.read(path), flags=re.M | re.S)
            for link in re.findall(r"\]\(([^)]+)\)", prose):
                if "://" not in link:
                    seen += 1
                    self.check_link(path, *link.partition("#")[::2])
        self.assertGreater(seen, 20)

    def check_link(self, path, name, heading):
        target = (project.ROOT / path).parent / name if name else project.ROOT / path
        self.assertTrue(target.exists(), f"{path}: {name}")
        if heading:
            headings = re.findall(r"^#+ (.*)$", target.read_text(encoding="utf-8"), re.M)
            self.assertIn(heading, [re.sub(r"[^\w -]", "", h).lower().replace(" ", "-") for h in headings],
                          f"{path}: {name}#{heading}")

    def test_readme_can_be_read_in_one_go(self):
        self.assertLessEqual(len(README.splitlines()), README_LINES_MOST)
        for path in PATHS:
            if path.parent.name == "docs":
                self.assertIn(f"]({path})", README)

    def test_paths(self):
        paths = re.findall(rf"(?<![\w/.~-])((?:{'|'.join(map(re.escape, TOP))})/[\w./*-]+)", TEXT)
        paths = [path.rstrip(".") for path in paths if "NAME" not in path]
        self.assertGreater(len(paths), 20)
        for path in paths:
            self.assertTrue(any(project.ROOT.glob(path)), path)

    def test_options(self):
        known = {option.name for option in project.options()}
        of_plugin = set(re.findall(r"^ +--(\w+) [A-Z]", project.read("contrib/kubectl/kubectl-ragtop"), re.M))
        self.assertEqual({"context", "kubeconfig", "service"}, of_plugin)
        for line in re.findall(r"^.*\bragtop\b.*$", TEXT, re.M):
            if re.match(r"(?: {4}|[*]/5 [*]|ragtop |.*`ragtop )", line):
                for name in re.findall(r"(?<=\s)--([a-z][a-z-]*)", line.split("||")[0]):
                    self.assertIn(name, known | of_plugin if "kubectl ragtop" in line else known, line)


class Examples(unittest.TestCase):
    """What is to be copied works."""

    def test_settings_are_accepted(self):
        self.assertGreaterEqual(len(config_blocks()), 2)
        self.assertGreaterEqual(len(manual_blocks()), 6)
        for text in [*config_blocks(), *manual_blocks(), project.read("src/profiles/example-config.yaml")]:
            with self.subTest(text=text):
                self.check_settings(text)

    def check_settings(self, text):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "config.yaml"
            token = Path(folder) / "token"
            token.write_text("t", encoding="utf-8")
            path.write_text(re.sub(r"/run/secrets/[\w-]+", str(token), text), encoding="utf-8")
            where = () if re.search("^sources:", text, re.M) else (NOBODY,)
            ended = run("report", "--at", "-1m", "--timeout", "1s", "--config", path, *where)
            check_sane(self, ended)
            self.assertNotEqual(USAGE, ended.status, ended.err)
            self.assertEqual(UNKNOWN, ended.status, ended.err)

    def test_the_example_has_every_key(self):
        text = project.read("src/profiles/example-config.yaml")
        self.assertGreater(len(project.config_keys()), 60)
        self.assertEqual(set(), project.config_keys() - set(re.findall(r"(?<![\w.])(\w+): ?", text)))

    def test_what_is_left_out_of_the_example_is_accepted(self):
        """Its paragraphs that are comments, where a whole key is one."""
        text = project.read("src/profiles/example-config.yaml")
        parts = re.findall(r"^(# [a-z_]+:(?: .*)?\n(?:#  .*\n)*)", text, re.M)
        self.assertGreater(len(parts), 4)
        for part in parts:
            with self.subTest(part=part):
                self.check_settings(re.sub("^# ", "", part, flags=re.M))

    def test_a_mistake_is_said_as_shown(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "config.yaml"
            path.write_text("stages:\n  - nam: x\n", encoding="utf-8")
            ended = run("report", "--config", path, NOBODY)
        shown = re.search(r"`(config\.yaml:\d+.*?)`", TEXT)[1]
        self.assertEqual(USAGE, ended.status)
        self.assertIn(shown, ended.err)

    def test_the_alert_is_that_of_the_demo(self):
        alert = next(text for text in blocks("yaml") if text.startswith("- alert:"))
        self.assertIn(" ".join(alert.split()), " ".join(project.read("demo/rules.yaml").split()))

    def test_the_service_monitor_is_that_of_the_demo(self):
        monitor = next(text for text in blocks("yaml") if "kind: ServiceMonitor" in text)
        self.assertIn(monitor, project.read("demo/manifests/servicemonitor.yaml"))

    def test_the_instrumentation_exports_what_the_profile_asks_for(self):
        try:
            import prometheus_client
        except ImportError:
            self.skipTest("python3-prometheus-client is not installed")
        names = {"__name__": "example"}
        exec(compile(blocks("python")[0], "README.md", "exec"), names)
        pool = mock.MagicMock(size=20, in_use=7)
        agent = names["Agent"](mock.Mock(), pool, mock.Mock(return_value=["found"]),
                               mock.Mock(side_effect=ZeroDivisionError), {"sum": sum})
        self.assertEqual(["found"], agent.retrieve("?"))
        self.assertRaises(ZeroDivisionError, agent.generate, "?", [])
        self.assertRaises(TypeError, agent.call_tool, "sum", wrong=1)
        exported = prometheus_client.generate_latest().decode()
        for line in ("kotaemon_retrieval_latency_seconds_count 1.0",
                     "vector_db_query_duration_seconds_count 1.0",
                     "kotaemon_generation_latency_seconds_count 1.0",
                     "vector_db_connections_active 7.0", "vector_db_connections_max 20.0",
                     'kotaemon_tool_call_total{tool_name="sum"} 1.0',
                     'kotaemon_error_total{stage="retrieval"} 0.0',
                     'kotaemon_error_total{stage="generation"} 1.0',
                     'kotaemon_error_total{stage="tool_call"} 1.0'):
            self.assertIn(line + "\n", exported)
        profile = project.read("src/profiles/kotaemon.yaml")
        for metric in re.findall(r"(?:latency|errors|calls|used|limit): (\w+)", profile):
            self.assertRegex(exported, rf"(?m)^{metric}(?:_bucket)?[ {{]")


if __name__ == "__main__":
    project.main()
