"""The live dashboard in a terminal, against a real Prometheus."""

import base64
import contextlib
import re
import signal
import tempfile
import threading
import unittest
from pathlib import Path

import servers
from live import (CTRL_C, CTRL_L, CTRL_Z, DOWN, ENTER, ESC, LEAVE_SCREEN, UP, Live, check_clean,
                  check_restored)
from program import check_sane, main_directory, run

main_directory("tests/frame")
from replay import SOURCE, Proxy, Recording     # pylint: disable=wrong-import-position

VERDICT = "CULPRIT vector_db"
WHOLE = (VERDICT, "likely a leak: connections")
GAP_ASKED = re.compile(r" span +200 ")
HELP = ("This page:", "Getting around")
STAGES = ("retrieval", "vector_db", "generation")


def without_age(text):
    """TEXT of a screen of the past, which gets older while it is looked at."""
    return re.sub(r"HISTORY .*?(\d\d:\d\d)(, \d+ (s|min) ago)?", r"HISTORY \1", text)


def setUpModule():      # pylint: disable=invalid-name
    servers.article()


class Case(unittest.TestCase):
    """Opens the live program against the article's incident."""

    def open(self, *arguments, url=None, **options):
        return Live(*arguments, url or servers.url("article"), **options)

    def check_quit(self, live):
        self.assertEqual(live.quit(), 0)
        check_restored(self, live)
        check_clean(self, live)
        self.assertEqual(live.errors(), "")


class Screen(Case):
    """What is shown, and the keys."""

    def test_verdict(self):
        with self.open(size=(120, 40)) as live:
            live.wait_settled(*WHOLE, "CULPRIT", "web_search", *STAGES)
            culprit = next(line for line in live.lines() if "CULPRIT:" in line)
            self.assertRegex(culprit, r"vector_db.* P95 +\d\.\d s +\d+ ms +\d\.\d[x×]")
            self.check_quit(live)

    def test_verdict_in_a_small_terminal(self):
        for size in ((80, 24), (60, 20), (40, 10)):
            with self.subTest(size), self.open(size=size) as live:
                live.wait_for(VERDICT)
                self.check_quit(live)

    def test_help(self):
        with self.open() as live:
            live.wait_settled(*WHOLE)
            for closing in (ESC, "?"):
                live.press("?")
                live.wait_for(*HELP, "quit")
                live.wait_gone(VERDICT)
                live.press(closing)
                live.wait_for(VERDICT)
            self.check_quit(live)

    def test_help_is_searched(self):
        with self.open() as live:
            live.wait_settled(*WHOLE)
            live.press("/gene")
            live.wait_gone("└ vector_db")
            live.press(ENTER + "?")
            live.wait_for(*HELP)     # the filter of the page before leaves out none of it
            live.press("/sort")
            live.wait_for("sort by the column to the left", "Rows and axes")
            live.wait_gone("Getting around")
            live.press("\x15nothing of the kind")
            live.wait_for("Nothing in the help matches")
            live.press(ENTER + ESC)
            live.wait_for(*HELP)
            live.press(ESC)
            live.wait_for('only rows matching "gene"')
            self.assertNotIn("└ vector_db", "\n".join(live.lines()))
            self.check_quit(live)

    def test_help_has_columns(self):
        with self.open(size=(200, 64)) as live:
            live.wait_settled(*WHOLE)
            live.press("2")
            live.wait_for("kotaemon_generation_latency_seconds")
            live.press("?")
            live.wait_for(*HELP, "Signs", "Pages", "Comparing")
            live.wait_gone("more below")
            self.check_quit(live)

    def test_details_and_back(self):
        with self.open() as live:
            live.wait_settled(*WHOLE)
            live.press(ENTER)
            live.wait_for("P95", "latency", "requests", "vector_db")
            live.press("e")
            live.wait_for("sum by (le)")
            live.press(ESC)
            live.wait_for("latency")
            live.press(ESC)
            live.wait_for(VERDICT)
            live.press(ESC)     # Esc goes back, and never out
            live.press("?")
            live.wait_for(*HELP)
            self.check_quit(live)

    def test_cursor(self):
        """Enter shows the row that j and k went to, and G is the end of the table.

        Behind it j comes to the steps of why, which Enter asks, and stays at the last of them.
        """
        ways = (("g", "retrieval"), ("gj", "vector_db"), ("gjj", "generation"),
                ("gjjk", "vector_db"), ("gkk", "retrieval"), ("G", "web_search"),
                ("GG", "web_search"), ("Gjk", "web_search"), ("Gjjkk", "web_search"))
        steps = (("Gj", r"\(vector_db_connections_max\)"), ("Gjj", "vector_db_query_duration_"),
                 ("Gjjk", r"\(vector_db_connections_max\)"), ("Gjjj", "vector_db_query_duration_"))
        with self.open() as live:
            live.wait_settled(*WHOLE)
            for keys, stage in ways:
                with self.subTest(keys):
                    live.press(keys + ENTER)
                    title = re.compile(rf"^ *\W*(tool )?{stage}", re.MULTILINE)
                    live.wait(lambda title=title: title.search("\n".join(live.lines()[1:4])),
                              f"the page of {stage}")
                    live.press(ESC)
                    live.wait_for(VERDICT)
            for keys, query in steps:
                with self.subTest(keys):
                    live.press("g" + keys + ENTER)
                    asked = re.compile(rf"▸ .*{query}")
                    live.wait(lambda asked=asked: asked.search("\n".join(live.lines()[1:5])),
                              f"the query of {query}")
                    live.press(ESC)     # of the line that is edited
                    live.wait_gone("Esc stop editing")
                    live.press(ESC)
                    live.wait_for(VERDICT)
            self.check_quit(live)

    def test_a_note_goes_with_its_page(self):
        with self.open() as live:
            live.wait_for(VERDICT)
            live.press("?")
            live.wait_for("Getting around")
            live.press(":sort worst" + ENTER)
            live.wait_for("no table to sort here")
            live.press(ESC)
            live.wait_gone("no table to sort here", within=3)   # before its time is up
            self.check_quit(live)

    def test_baseline(self):
        """b goes through what can be usual, B pins the moment, and either lets go of it."""
        days = "median of this hour on 2 days"
        pinned = r"(?:median of )?the 30 min before \d\d:\d\d, pinned"
        steps = (("b", "seasonal", days), ("b", "week", "no history"), ("b", "day", days),
                 ("b", "recent", "median of the hours before"),
                 ("b", "mean", "mean of this hour on 2 days"), ("b", "auto", days),
                 ("B", pinned, pinned), ("B", "auto", days), ("bB", pinned, pinned),
                 ("b", "seasonal", days))
        with self.open("--at=-1m", size=(230, 40)) as live:
            live.wait_settled(*WHOLE)
            for keys, kind, usual in steps:
                with self.subTest(keys=keys, kind=kind):
                    live.press(keys)
                    live.wait(lambda kind=kind, usual=usual:
                              re.search(f"usual = .*{kind}", live.lines()[-1])
                              and re.search(f"usual: {usual}", live.lines()[0]),
                              f"{kind}: {usual}")
            live.press("B")
            live.stay(5.5)      # longer than other notes
            self.assertRegex(live.lines()[-1], rf"usual = {pinned}")
            self.check_quit(live)

    def test_repaint(self):
        with self.open("--at=-1m") as live:
            live.wait_settled(*WHOLE)
            live.wait_for("now: vector_db critical")     # the present is asked for last
            live.wait_quiet()
            before = live.text()
            live.scribble()
            self.assertNotEqual(live.text(), before)
            live.press(CTRL_L)
            live.wait(lambda: live.text() == before, "the picture as before")
            self.check_quit(live)

    def test_pause(self):
        """Space stops the questions, and Space again lets them go on."""
        with tempfile.NamedTemporaryFile("r") as log, \
                self.open("-r", "1s", "--log", log.name) as live:
            live.wait_settled(*WHOLE)
            live.press(" ")
            live.wait_for("PAUSED")
            live.stay(1)
            while log.read():   # what was asked before may still be answered
                live.stay(1)
            live.stay(2.5)
            self.assertEqual(log.read(), "")
            live.press(" ")
            live.wait_gone("PAUSED")
            live.wait(log.read, "a question")
            self.check_quit(live)

    def test_moments_while_paused(self):
        """What is moved to, or looked at in another way, is asked for in spite of a pause."""
        with self.open("-r", "1s") as live:
            live.wait_settled(*WHOLE)
            live.press(" ")
            live.wait_for("PAUSED")
            for keys in ("[", "+", "0", "-", "r", ":window 10m\r", "[", "B", "0"):
                with self.subTest(keys=keys):
                    live.press(keys)
                    live.stay(1)
                    live.wait_settled("retrieval P95")
                    self.assertIn("PAUSED", live.text())
            self.check_quit(live)

    def test_refetch(self):
        with tempfile.NamedTemporaryFile("r") as log, \
                self.open("--log", log.name, "-r", "1h", "--at=-1m") as live:
            live.wait_settled(*WHOLE)
            live.wait_quiet()
            log.read()
            live.press("r")
            live.wait(log.read, "a question")
            live.wait_settled(*WHOLE)
            self.check_quit(live)

    def test_keys_of_your_own(self):
        """What the configuration binds works, is shown, and is said where it cannot be."""
        with tempfile.NamedTemporaryFile("w", suffix=".yaml") as config:
            config.write("keys:\n  F5: page errors\n  g g: page 4\n  F6: filter vector\n"
                         "  w: none\n  q: none\n  C-x: quit\n")
            config.flush()
            with self.open("-c", config.name, "--at=-1m", size=(120, 40)) as live:
                live.wait_settled(*WHOLE)
                self.assertRegex(live.lines()[-1], r"\? help +Ctrl-C quit$")
                live.press("\x1b[15~")
                live.wait(lambda: " 3 errors" in live.lines()[0], "the page of errors")
                live.press("g")
                live.wait_for("g: g page 4")
                live.press("g")
                live.wait(lambda: " 4 tools" in live.lines()[0], "the page of tools")
                live.press("wq")
                live.wait_for("q is not bound (? for help)")
                live.press("1\x1b[17~")
                live.wait_for('only rows matching "vector"')
                live.press("?")
                live.wait_for(*HELP, "quit (also Ctrl-X)", "F5 :page errors")
                live.press("G")
                live.wait_for(":wall the wall display")
                live.press("\x18")
                live.wait_end()
                self.assertEqual(live.ended, 0)
        for text, said in (("  F5: refech\n", ":2:7: 'refech' is not a command; did you mean"),
                           ("  Fx: quit\n", ":2:3: 'Fx' is not a key;"),
                           ("  C-c: none\n", ":2:3: Ctrl-C always quits"),
                           ("  F5: page stge\n", ":2:7: there is no page 'stge'"),
                           ("  F5: sort stge\n", ":2:7: there is no column 'stge'"),
                           ("  F5: theme stge\n", ":2:7: there is no theme 'stge'")):
            with tempfile.NamedTemporaryFile("w", suffix=".yaml") as config:
                config.write("keys:\n" + text)
                config.flush()
                ended = run("-c", config.name, "--screenshot", "http://127.0.0.1:1")
                self.assertEqual(ended.status, 64)
                self.assertIn(said, ended.err)

    def test_unknown_keys(self):
        """No byte a terminal or a cat may send does more than be reported as not bound."""
        with self.open("--at=-1m") as live:
            live.wait_settled(*WHOLE)
            live.wait_for("now: vector_db critical")     # the present is asked for last
            live.wait_quiet()
            before = live.text().rsplit("\n", 1)
            live.press("o%\x1b[<0;10;10M\x1b[200~é日\x1b[99~\x1bOx\x02\x1d\x7f")
            live.wait_quiet()
            after = live.text().rsplit("\n", 1)
            self.assertEqual(after[0], before[0])
            self.assertIn("is not bound", after[1])
            live.stay(2)        # the paste in it has no end, and is over after a second
            self.check_quit(live)

    def test_resize_storm(self):
        """A hundred sizes, and then the picture is the one of a fresh start at that size."""
        odd = ((1, 1), (5, 3), (20, 5), (250, 70), (80, 1), (1, 24), (13, 7), (120, 40))
        at = "--at=" + servers.moment()
        with self.open(at) as live:
            live.wait_settled(*WHOLE)
            for i in range(100):
                live.resize(*(odd[i % 8] if i % 3 else (20 + i, 10 + i % 17)))
                live.wait_quiet(0.01 if i % 5 else 0.1)
                self.assertIsNone(live.ended, live.errors())
            live.resize(100, 30)
            live.wait_settled(*WHOLE, "now: vector_db critical")
            live.wait_quiet()
            after = live.text()
            self.check_quit(live)
        with self.open(at, size=(100, 30)) as fresh:
            fresh.wait_settled(*WHOLE, "now: vector_db critical")
            fresh.wait_quiet()
            self.assertEqual(without_age(after), without_age(fresh.text()))

    def test_tiny_from_the_start(self):
        for size in ((1, 1), (2, 1), (5, 3), (20, 5)):
            with self.subTest(size), self.open(size=size) as live:
                live.wait_quiet(0.5)
                self.check_quit(live)

    def test_no_color(self):
        colour = re.compile(rb"\x1b\[[0-9;]*?(?:^|(?<=[\[;]))(?:3[0-8]|4[0-8]|9\d|10[0-7])[;m]")
        with self.open() as live:
            live.wait_settled(*WHOLE)
            self.check_quit(live)
            self.assertTrue(colour.search(live.raw), "the test cannot fail")
        for options, extra in (((), {"NO_COLOR": "1"}), (("--color", "never"), {})):
            with self.subTest(extra), self.open(*options, **extra) as live:
                live.wait_settled(*WHOLE)
                live.press("?")
                live.wait_for(*HELP)
                self.check_quit(live)
                self.assertIsNone(colour.search(live.raw))

    def test_blocks_that_the_library_lacks(self):
        for name, drawn in (("octants", rb"\xf0\x9c[\xb4-\xb7]"), ("sextants", rb"\xf0\x9f\xac")):
            with self.subTest(name), self.open("--charts", name) as live:
                live.wait_settled(*WHOLE)
                live.press("2")
                live.wait_for("requests")
                live.wait_quiet()
                self.assertRegex(live.raw, drawn)
                self.assertNotRegex(live.raw, rb"\xf4[\x8c\x8f]|\xe2[\xa0-\xa3]", "dots, or stand-ins")
                self.assertNotIn(f"how wide {name} are", live.text())
                self.assertEqual(live.quit(), 0)

    def test_c_locale(self):
        with self.open(LC_ALL="C") as live:
            live.wait_settled(*WHOLE)
            for key in ("?", ESC, ENTER):
                live.press(key)
                live.wait_quiet()
            self.check_quit(live)
            self.assertTrue(live.raw.isascii())

    def test_dumb_terminals(self):
        for term in ("linux", "screen-256color", "vt100"):
            with self.subTest(term), self.open(TERM=term) as live:
                live.wait_for("vector_db")
                self.assertEqual(live.quit(), 0)
                self.assertEqual(live.modes_now(), live.modes)
                check_clean(self, live)


class Keys(Case):
    """What the help says, pressed."""

    ENDING = {"q", "Ctrl-C", "Ctrl-Z"}     # see Endings
    BYTES = {"Enter": "\r", "Esc": ESC, "Backspace": "\x7f", "Tab": "\t", "Shift-Tab": "\x1b[Z",
             "Up": "\x1bOA", "Down": "\x1bOB", "Right": "\x1bOC", "Left": "\x1bOD",
             "Home": "\x1bOH", "End": "\x1bOF", "PgUp": "\x1b[5~", "PgDn": "\x1b[6~",
             "F1": "\x1bOP", "Space": " "}

    def setUp(self):
        self.recording = Recording.load("article")

    @contextlib.contextmanager
    def program(self, size=(100, 24)):
        """The program on recorded answers, so that nothing but a key changes the screen."""
        with Proxy(self.recording.answer) as proxy, \
                self.open("--at", self.recording.at, "--proxy", proxy.url, "--timeout", "10m",
                          url=SOURCE, size=size) as live:
            live.wait_settled(*WHOLE)
            yield live

    def bytes_of(self, name):
        """What a terminal sends for the key, or the two keys, of that name."""
        if name.startswith("Ctrl-"):
            return chr(ord(name[-1]) - 64)
        return "".join(self.BYTES.get(part, part) for part in name.split(" "))

    def names(self):
        """The keys that the help names, from a screen that it fits into."""
        with self.program((100, 150)) as live:
            live.press("?")
            live.wait_for(*HELP, "Signs")
            live.wait_quiet(0.5)
            seen = [line.strip("│").rstrip() for line in live.lines()]    # within the frame
            self.assertEqual(live.quit(), 0)
        keys = seen[seen.index("   Getting around") + 1:seen.index("   Signs")]
        names = []
        for line in keys:
            row = re.match(r" {3}(\S+(?: \S)?) {2,}(.*)", line)
            if row:
                also = re.search(r"\(also ([^)]*)\)", row[2])
                names += [row[1], *(also[1].split(", ") if also else [])]
        return [name for name in names if not re.match(":.", name)]     # what is typed is not a key

    def test_every_key_of_the_help_works(self):
        names = self.names()
        with self.program() as live:
            self.assertGreater(len(names), 50)
            for name in set(names) - self.ENDING:
                with self.subTest(name):
                    for page in "124?":
                        live.press(page + self.bytes_of(name))
                        live.wait_quiet(0.02)
                        self.assertIsNone(live.ended, live.errors())
                        live.press(ESC * 5 + ("w" if name == "w" else "") + "1")
                        live.wait_quiet(0.02)
            live.press("?")     # whatever is usual now: the program is well
            live.wait_for(*HELP)
            self.assertEqual(live.quit(), 0)
            check_restored(self, live)

    def test_no_other_key_works(self):
        known = {self.bytes_of(name)[0] for name in self.names()}
        with self.program() as live:
            live.wait_quiet()
            before = live.lines()[:-1]     # the last one says that it is not bound
            for byte in map(chr, range(1, 127)):
                if byte in known or byte in "\n\b\x1b":     # other names of Enter, Backspace, Esc
                    continue
                live.press(byte)
                live.wait_quiet(0.02)
                self.assertEqual(live.lines()[:-1], before, repr(byte))
            for sequence in ("\x1b[2~", "\x1b[3~", "\x1bOQ", "\x1b[15~", "\x1b[1;2A"):
                live.press(sequence)
                live.wait_quiet(0.05)
                self.assertEqual(live.lines()[:-1], before, repr(sequence))
            self.check_quit(live)

    def test_filter_and_command(self):
        with self.program() as live:
            live.press("/gene")
            live.wait_gone("└ vector_db")
            live.press(ESC)
            live.wait_for("└ vector_db")
            with tempfile.TemporaryDirectory() as folder:
                live.press(f":write {folder}/page.md" + ENTER)
                live.wait_for("written:")
                page = Path(folder, "page.md").read_text(encoding="utf-8")
            self.assertIn("| metric |", page)
            self.assertIn("histogram_quantile(0.95", page)
            for words in ("- next: ", " is normal ("):     # as the report has them
                self.assertIn(words, page)
            live.press(":quit" + ENTER)
            self.assertEqual(live.wait_end(), 0)

    def test_copies(self):
        """OSC 52 goes to the terminal; where TMUX names no server that answers, around it, too."""
        want = base64.b64encode(b"histogram_quantile(0.95, sum by (le) "
                                b"(rate(vector_db_query_duration_seconds_bucket[5m])))")
        for tmux, begin, end in (("", b"\x1b]52;c;", b"\a"),
                                 ("/nonexistent,1,0", b"\x1bPtmux;\x1b\x1b]52;c;", b"\a\x1b\\")):
            with self.subTest(tmux), Proxy(self.recording.answer) as proxy, \
                    self.open("--at", self.recording.at, "--proxy", proxy.url, url=SOURCE,
                              TMUX=tmux) as live:
                live.wait_settled(*WHOLE)
                live.press("yq")
                live.wait_for("sent the PromQL to the terminal")
                self.assertIn(b"\x1b]52;c;" + want + b"\a", live.raw)
                self.assertIn(begin + want + end, live.raw)
                self.assertEqual(live.quit(), 0)
                check_restored(self, live)

    def test_mouse(self):
        with Proxy(self.recording.answer) as proxy, \
                self.open("--at", self.recording.at, "--proxy", proxy.url, "--mouse",
                          url=SOURCE, size=(120, 40)) as live:
            live.wait_settled(*WHOLE)
            row = next(y for y, line in enumerate(live.lines(), 1) if "generation P95" in line)
            click = f"\x1b[<0;20;{row}M\x1b[<0;20;{row}m"
            for _ in range(2):
                live.press(click)
                live.wait_quiet(0.3)
            live.wait_for("kotaemon_generation_latency_seconds")
            tab = live.lines()[0].index(" 4 ") + 1
            live.press(f"\x1b[<0;{tab + 1};1M")
            live.wait_for("/question")
            self.check_clicks(live)
            self.check_choices(live)
            live.press(":mouse off" + ENTER)
            live.wait_for("mouse: off")
            self.assertIn(b"\x1b[?1006;1000l", live.raw)
            self.check_quit(live)

    def check_choices(self, live):
        """Of the queries behind a page one is chosen by a click, and run by a second one."""
        live.press("1e")
        live.wait_for("PromQL behind")
        live.wait_quiet()
        row = next(y for y, line in enumerate(live.lines(), 1) if "retrieval P95" in line)
        live.press(f"\x1b[<0;20;{row + 1}M")
        live.wait_for("▸ retrieval P95")
        live.press(f"\x1b[<0;20;{row}M")
        live.wait_for("▸ histogram_quantile(0.95, sum by (le) (rate(kotaemon_retrieval_latency")
        live.press(ESC + "1")
        live.wait_for("generation P95")

    def check_clicks(self, live):
        """Headings sort, and a second click turns the order around; keys in the last line are pressed."""
        def click(word, row):
            column = live.lines()[row].index(word) + 1
            live.press(f"\x1b[<0;{column + 1};{row + 1}M")

        live.press("1")
        live.wait_for("generation P95")
        heading = next(y for y, line in enumerate(live.lines()) if re.search(r" usual +change", line))
        for word, said in (("usual", "by usual, highest first"), ("usual", "by usual, lowest first"),
                           ("change", "by change, highest first")):
            click(word, heading)
            live.wait_for(said)
        live.press(":sort worst" + ENTER)
        live.wait_for("worst first")
        click("help", len(live.lines()) - 1)
        live.wait_for(*HELP)
        click("back", len(live.lines()) - 1)
        live.wait_gone("Getting around")

    def test_themes(self):
        with self.program() as live:
            for _ in range(14):
                before = len(live.raw)
                live.press("T")
                live.wait(lambda at=before: len(live.raw) > at + 1000, "a repainted screen")
                live.wait_for(" of 13)")
            live.press(ESC)
            self.check_quit(live)


class Themes(Case):
    """Themes are tried with T; what Enter keeps is there at the next start."""

    def setUp(self):
        super().setUp()
        self.home = Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.kept = self.home / "ragtop/theme"

    def launch(self, *arguments, **extra):
        return self.open(*arguments, **{"XDG_STATE_HOME": str(self.home), **extra})

    def check_shows(self, live, name):
        """Where trying others begins is the theme that is shown."""
        live.press("T")
        live.wait_for(" of 13)")
        live.press(UP)
        live.wait_for(f"theme: {name} (")
        live.press(ESC)
        live.wait_for("quit")

    def test_kept(self):
        with self.launch() as live:
            live.press("T" + DOWN)
            live.wait_for("theme: deuteranopia (3 of 13)")
            live.press(ENTER)
            live.wait_for("theme: deuteranopia, from now on")
            self.check_quit(live)
        self.assertEqual(self.kept.read_text(), "deuteranopia\n")
        with self.launch(COLORFGBG="0;15") as live:
            self.check_shows(live, "deuteranopia")
            self.check_quit(live)
        with self.launch("--theme", "nord") as live:  # which is for this run
            self.check_shows(live, "nord")
            live.press("T" + ENTER)
            live.wait_for("theme: one-dark for this run; nord is configured")
            self.check_quit(live)
        self.assertEqual(self.kept.read_text(), "deuteranopia\n")

    def test_not_kept(self):
        with self.launch() as live:
            live.press("T" + DOWN)
            live.wait_for("theme: deuteranopia (3 of 13)")
            live.press(ESC)
            self.check_shows(live, "default")
            self.check_quit(live)
        self.assertFalse(self.kept.exists())
        self.assertEqual(list(self.home.iterdir()), [])  # nobody wanted anything kept

    def test_cannot_be_kept(self):
        with self.launch(XDG_STATE_HOME="/proc/nowhere") as live:
            live.press("T" + ENTER)
            live.wait_for("theme: catppuccin for this run; it cannot be kept: ")
            self.check_quit(live)

    def test_what_was_kept_is_bad(self):
        self.kept.parent.mkdir()
        for text, says in (("no-such\n", "there is no theme 'no-such'"), ("\x1b[31m\x07", "there is no theme")):
            self.kept.write_text(text)
            with self.subTest(text), self.launch(size=(200, 40)) as live:
                live.wait_for("the theme that was kept cannot be used: " + says)
                self.assertNotIn(b"\x1b[31m\x07", live.raw)
                self.check_shows(live, "default")
                self.check_quit(live)


class Background(Case):
    """The theme suits the terminal, as far as that tells; what comes after `light` says which it was."""

    def check_next(self, live, name):
        live.press("T")
        live.wait_for(f"theme: {name}")
        live.press(ESC)
        live.quit()

    def test_asked(self):
        for shade, after in (("ffff", "mono"), ("1010", "catppuccin")):
            with self.subTest(shade), self.open() as live:
                live.wait(lambda: b"\x1b]11;?" in live.raw, "a question")
                live.press(f"\x1b]11;rgb:{shade}/{shade}/{shade}\x1b\\")
                self.check_next(live, after)

    def test_by_the_environment(self):
        with self.open(COLORFGBG="0;15") as live:
            self.check_next(live, "mono")

    def test_a_theme_brings_what_it_is_read_on(self):
        """Named where the terminal is the other way round; the sequences are of 24 bits."""
        for theme, shade, ground in (("light", "1010", b"48;2;255;255;255"),
                                     ("default", "ffff", b"48;2;16;20;24")):
            for fits in (False, True):
                own = ("ffff" if shade == "1010" else "1010") if fits else shade
                with self.subTest(theme, fits=fits), \
                        self.open("--theme", theme, COLORTERM="truecolor") as live:
                    live.wait(lambda: b"\x1b]11;?" in live.raw, "a question")
                    live.press(f"\x1b]11;rgb:{own}/{own}/{own}\x1b\\")
                    if not fits:
                        live.wait(lambda: ground in live.raw, "a background")
                    live.press("T")
                    live.wait_for("theme: ")
                    before = live.raw.split(b"theme: ")[0]
                    self.assertEqual(ground in before, not fits)
                    live.press(ESC)
                    live.quit()

    def test_a_theme_of_the_user_stays(self):
        with self.open("--theme", "nord", COLORFGBG="0;15") as live:
            live.press("\x1b]11;rgb:ffff/ffff/ffff\x1b\\")
            self.check_next(live, "one-dark")


class Wall(Case):
    """The display that nobody touches."""

    def test_stops_on_an_incident(self):
        recording = Recording.load("article")
        with Proxy(recording.answer) as proxy, \
                self.open("--at", recording.at, "--proxy", proxy.url, "--wall=3s", url=SOURCE,
                          size=(100, 30)) as live:
            live.wait_settled(*WHOLE)
            live.stay(7)
            self.assertIn("wall", live.lines()[0] + live.lines()[1])
            self.check_quit(live)

    def test_rotates_while_all_is_well(self):
        recording = Recording.load("calm")
        with Proxy(recording.answer) as proxy, \
                self.open("--at", recording.at, "--proxy", proxy.url, "--wall=3s", url=SOURCE,
                          size=(100, 30)) as live:
            live.wait_for("normal")
            for page in ("incident", "errors", "tools", "wall"):
                live.wait(lambda page=page: page in live.lines()[0] + live.lines()[1], page)
            self.check_quit(live)


class Time(Case):
    """Moving through it: what is shown, which moment is judged, and the cursor."""

    def test_back_and_forth(self):
        with self.open("-s", "2h", size=(170, 45)) as live:
            live.wait_settled("CULPRIT vector_db", "last 2h")    # how bad it is depends on history
            live.press("[[")                        # two hours ago all was well
            live.wait_for(" 3 stages", " at 20", "HISTORY",
                          " ago; now: vector_db critical", "0 returns", "2h to ")
            self.assertNotRegex(live.text(), r"metric +now")
            live.press("]")
            live.press("]")
            live.wait_for("CULPRIT vector_db", "data < ")
            live.press("[[")
            live.wait_for(" 3 stages")
            live.press("0")
            live.wait_for("CULPRIT vector_db", "data < ", "last 2h")
            self.assertNotIn("HISTORY", live.text())
            self.check_quit(live)

    def test_the_present_is_watched_beside_the_past(self):
        with self.open("--at", "-2h", size=(170, 45)) as live:
            live.wait_for(" 3 stages", "HISTORY", " ago; now: vector_db critical")
            live.press("0")
            live.wait_for("CULPRIT vector_db", "data < ")
            self.assertNotIn("now: ", live.text())
            self.check_quit(live)

    def test_spans(self):
        with self.open(size=(140, 45)) as live:
            live.wait_for("CULPRIT vector_db", "last 1h")
            for key, span in (("-", "2h"), ("-", "6h"), ("+", "2h"), ("=", "1h"), ("+", "30m")):
                live.press(key)
                live.wait_for(f"last {span}", "CULPRIT vector_db")
            self.check_quit(live)

    def test_cursor_and_marks(self):
        with self.open(size=(140, 45)) as live:
            live.wait_for("CULPRIT vector_db")
            live.press("v")
            live.wait(lambda: len(self.times(live)) > 1, "the cursor in all charts")
            first = self.times(live)[0]
            live.press("m" + 20 * "h")
            live.wait(lambda: self.times(live) and self.times(live)[0] < first, "it moves")
            live.press("'")
            live.wait(lambda: self.times(live) and self.times(live)[0] == first, "the mark")
            live.press(ESC)
            live.wait(lambda: not self.times(live), "no cursor")
            self.check_quit(live)

    @staticmethod
    def times(live):
        return re.findall(r"\d\d:\d\d:\d\d", "\n".join(live.lines()[5:]))


class Waiting(Case):
    """Before and without answers."""

    def test_asking(self):
        """The first frame does not wait for an answer; the answer then replaces it."""
        server = servers.Misbehave()
        self.addCleanup(server.close)
        with self.open(url=server.url("hold")) as live:
            live.wait(lambda: "asking" in live.words().lower(), "'asking'")
            live.wait(lambda: server.stats()["holding"] > 0, "a question")
            live.press("?")
            live.wait_for(*HELP)
            live.press(ESC)
            server.manage("release")
            live.wait_for("NO DATA")
            self.check_quit(live)


class Early(Case):
    """While answers are still coming."""

    def test_no_early_blame(self):
        """As long as the history of its child is not known, a slow parent is no culprit."""
        recording = Recording.load("article")
        known = threading.Event()
        self.addCleanup(known.set)

        def late(path, parameters):
            asked = dict(parameters)
            if "vector_db_query" in asked.get("query", "") and asked.get("step") == "300.000":
                known.wait()
            return recording.answer(path, parameters)
        with Proxy(late) as proxy, \
                self.open("--at", recording.at, "--proxy", proxy.url, "--timeout", "10m",
                          url=SOURCE) as live:
            usual = r"retrieval P95 +\d\.\d s +\d+ ms"
            live.wait(lambda: re.search(usual, live.text()), "the usual latency of retrieval")
            live.wait_quiet(0.5)
            words = live.words()
            known.set()
            live.wait_settled(*WHOLE)
            self.check_quit(live)
            self.assertEqual(proxy.unknown, [])
            self.assertNotIn("CULPRIT retrieval", words)


class Outage(Case):
    """The server goes away and comes back."""

    def test_outage(self):
        stack = servers.article()
        with tempfile.NamedTemporaryFile("r") as log, \
                self.open("-r", "1s", "-s", "5m", "--log", log.name, size=(120, 40)) as live:
            live.wait_settled(*WHOLE)
            latency = r"generation.* P95 +\d+ ms +\d+ ms"
            self.assertRegex(live.text(), latency)
            stack.stop_prometheus()
            try:
                live.wait_for("Cannot reach", "refused")
                self.assertRegex(live.text(), latency)      # the old numbers stay
                live.stay(5)        # some steps of the trend, which are asked for later
                self.assertRegex(live.text(), latency)
                live.press("?")     # and keys work
                live.wait_for(*HELP)
                live.press(ESC)
                live.wait_for("Cannot reach")
                live.wait_quiet(0.2)
                log.read()
            finally:
                stack.start_prometheus()
            live.wait_settled(*WHOLE)
            live.wait_gone("Cannot reach")
            again = []
            live.wait(lambda: again.append(log.read()) or GAP_ASKED.search("".join(again)),
                      "a question for the gap")
            self.check_quit(live)


class Endings(Case):
    """Whatever ends the program, the terminal is as it was."""

    def test_signals(self):
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
            with self.subTest(number.name), self.open() as live:
                live.wait_settled(*WHOLE)
                self.assertNotEqual(live.modes_now(), live.modes)
                live.signal(number)
                self.assertIn(live.wait_end(), (0, 128 + number, -number))
                check_restored(self, live)
                check_clean(self, live)

    def test_ctrl_c(self):
        with self.open() as live:
            live.wait_settled(*WHOLE)
            live.press(CTRL_C)
            self.assertEqual(live.wait_end(), 0)
            check_restored(self, live)
            check_clean(self, live)

    def test_signal_before_any_answer(self):
        with self.open(url=servers.misbehave().url("hang")) as live:
            live.wait(lambda: live.text().strip(), "a frame")
            live.signal(signal.SIGTERM)
            live.wait_end()
            check_restored(self, live)
            check_clean(self, live)

    def test_suspend(self):
        """By key and by signal: the shell has its terminal, and the program comes back."""
        for stop in (lambda live: live.press(CTRL_Z), lambda live: live.signal(signal.SIGTSTP)):
            with self.open() as live:
                live.wait_settled(*WHOLE)
                for _ in range(3):
                    stop(live)
                    live.wait_stopped()
                    live.wait_quiet(0.05)
                    check_restored(self, live)
                    left = len(live.raw)
                    live.go_on()
                    live.wait(lambda at=left: b"\x1b[?1049h" in live.raw[at:], "the screen")
                    live.wait_settled(*WHOLE)
                self.check_quit(live)

    def test_resize_while_suspended(self):
        with self.open() as live:
            live.wait_settled(*WHOLE)
            live.press(CTRL_Z)
            live.wait_stopped()
            live.resize(120, 40)
            live.go_on()
            live.wait_settled(*WHOLE, "errors")     # a column of wide screens
            self.check_quit(live)

    def test_crash(self):
        for number in (signal.SIGSEGV, signal.SIGABRT, signal.SIGBUS):
            with self.subTest(number.name), self.open() as live:
                live.wait_settled(*WHOLE)
                live.signal(number)
                self.assertEqual(live.wait_end(), -number)
                check_restored(self, live)

    def test_crash_while_suspended(self):
        """The screen is the shell's then, so nothing may be written to it."""
        with self.open() as live:
            live.wait_settled(*WHOLE)
            live.press(CTRL_Z)
            live.wait_stopped()
            live.wait_quiet(0.05)
            left = live.raw.count(LEAVE_SCREEN)
            live.signal(signal.SIGTERM)
            live.go_on()
            live.wait_end()
            self.assertEqual(live.modes_now(), live.modes)
            self.assertLessEqual(live.raw.count(LEAVE_SCREEN), left + 1)

    def test_no_terminal(self):
        ended = run(servers.url("article"))
        check_sane(self, ended)
        self.assertEqual(ended.status, 69)
        self.assertEqual(ended.out, "")
        self.assertRegex(ended.err, r"^ragtop: .*terminal.*\n$")


if __name__ == "__main__":
    unittest.main()
