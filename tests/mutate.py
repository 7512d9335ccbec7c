#!/usr/bin/env python3
"""Which numbers of the judge may be changed without a test that notices.

    tests/mutate.py                     all of src/diagnose, a quarter of an hour
    tests/mutate.py pool drift          what is in these files
    tests/mutate.py --keep /tmp/x pool  the same, without building it again the next time

In a copy of the tree each number becomes a variable, which an environment variable moves a small
step up or down, so that it is built once. A change that all tests pass is printed; the exit status
is 1 if there is any.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STEP = 0.05
TESTS = ["thresholds", "verdict", "fault", "usual", "tool", "pods", "strain", "shares", "blame",
         "cause", "declared", "latency", "stage", "distrust", "bad_history", "at_cursor", "notable",
         "onset", "changed_near", "replicas", "target_state", "worst", "hysteresis", "stat", "drift",
         "gone", "culprits", "words", "words_unknown", "words_slo", "report"]

# What cannot matter, or bounds time and memory rather than a judgement.
EXEMPT = {
    "busiest.c:MOMENTS", "busiest.c:FAILURE", "declared.c:HALVINGS", "declared.c:LITTLE",
    "tool.c:ROOT_SHIFT", "distrust.c:COPIES_MOST", "odd.c:BELOW",
}

HEADER = """#include <stdio.h>
#include <stdlib.h>
#include <string.h>
static inline double mutated(const char *name, double value)
{
    const char *e = getenv("RAGTOP_MUTATE"), *at = e ? strrchr(e, '=') : NULL;
    if (getenv("RAGTOP_MUTATE_LIST")) { printf("number %s %.17g\\n", name, value); }
    size_t n = at ? (size_t)(at - e) : 0;
    return at && strlen(name) == n && strncmp(e, name, n) == 0 ? strtod(at + 1, NULL) : value;
}
"""


def split(text):
    """TEXT at its commas, but for those within brackets."""
    parts, depth, begin = [], 0, 0
    for i, c in enumerate(text):
        depth += (c in "({[") - (c in ")}]")
        if c == "," and depth == 0:
            parts.append(text[begin:i])
            begin = i + 1
    return [part.strip() for part in parts + [text[begin:]] if part.strip()]


def variable(file, kind, definition):
    name, value = (part.strip() for part in definition.split("=", 1))
    return (f"static {kind} {name} = {value}; __attribute__((constructor)) static void "
            f"mutate_{name}(void) {{ {name} = ({kind})mutated(\"{file}:{name}\", (double){name}); }}")


def is_constant(name, text, defined):
    """Whether the language wants NAME, of TEXT, to be one: an array, a case, another constant."""
    uses = (rf"\[[^\]\n]*\b{name}\b[^\n\]]*\]", rf"\bcase {name}\b",
            rf"\b_Static_assert\([^;]*\b{name}\b")
    return (any(re.search(use, text) for use in uses)
            or bool(re.search(rf"=[^,}}]*\b{name}\b", defined)))


def enumeration(file, text):
    def replace(match):
        body = re.sub(r"//[^\n]*|/\*.*?\*/", "", match.group(1), flags=re.S)
        entries = split(body)
        if not all("=" in entry for entry in entries):
            return match.group(0)
        kept, moved = [], []
        for entry in entries:
            name = entry.split("=")[0].strip()
            if is_constant(name, text.replace(match.group(0), ""), body):
                kept.append(entry)
            else:
                moved.append(variable(file, "int", entry))
        return (f"enum {{ {', '.join(kept)} }};" if kept else "") + " ".join(moved)
    return re.sub(r"^enum \{(.*?)\};", replace, text, flags=re.M | re.S)


def instrument(path):
    text, file = path.read_text(encoding="utf-8"), path.name
    bare = re.sub(r"//[^\n]*|/\*.*?\*/", "", text, flags=re.S)
    text = re.sub(r"^static const double ([^;]*=[^;]*);", lambda m: " ".join(
        variable(file, "double", one) for one in split(m.group(1))), bare, flags=re.M)
    text = re.sub(r"^( +const double (\w+) = )([0-9.e-]+);", rf'\1mutated("{file}:\2", \3);', text,
                  flags=re.M)
    text = enumeration(file, text) if path.suffix == ".c" else text
    if file == "diagnosis.c":
        fields = re.search(r"thresholds_default = \{(.*?)\};", text, re.S).group(1)
        names = re.findall(r"\.(\w+) =", fields)
        body = " ".join(f'thresholds_default.{n} = mutated("thresholds:{n}", thresholds_default.{n});'
                        for n in names)
        text = text.replace("const struct thresholds thresholds_default",
                            "struct thresholds thresholds_default")
        text = text.replace(fields + "};", fields + "};\n__attribute__((constructor)) static void "
                            f"mutate_all(void) {{ {body} }}\n")
    if file == "diagnosis.h":
        text = text.replace("extern const struct thresholds", "extern struct thresholds")
    if path.suffix == ".c":
        text = HEADER + text
    path.write_text(text, encoding="utf-8")


def prepare(directory):
    files = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
    names = files.stdout.decode().rstrip("\0").split("\0")
    subprocess.run(["cp", "--parents", "-t", directory, *names], cwd=ROOT, check=True)
    for path in (directory / "src/diagnose").glob("*.[ch]"):
        instrument(path)
    subprocess.run(["meson", "setup", directory / "build", "-Dtests=enabled", "-Dwerror=false", "-Dwarning_level=0"],
                   cwd=directory, check=True, stdout=subprocess.DEVNULL)


def build(place):
    listed = json.loads(subprocess.run(["meson", "introspect", "--tests", place], check=True,
                                       capture_output=True).stdout)
    tests = {one["name"]: one for one in listed if one["name"] in TESTS and "ragtop:unit" in one["suite"]}
    assert set(tests) == set(TESTS), set(TESTS) - set(tests)
    subprocess.run(["ninja", "-C", place, *(os.path.relpath(tests[name]["cmd"][0], place)
                                            for name in TESTS)], check=True,
                   stdout=subprocess.DEVNULL)
    return tests


def passes(test, change):
    environment = {**os.environ, **test["env"], "RAGTOP_MUTATE": change}
    try:
        return subprocess.run(test["cmd"], env=environment, cwd=test["workdir"], timeout=120,
                              capture_output=True, check=False).returncode == 0
    except subprocess.TimeoutExpired:
        return False


def numbers(test):
    environment = {**os.environ, **test["env"], "RAGTOP_MUTATE_LIST": "1"}
    out = subprocess.run(test["cmd"], env=environment, cwd=test["workdir"], capture_output=True,
                         check=False).stdout.decode(errors="replace")
    found = dict(re.findall(r"^number (\S+) (\S+)$", out, re.M))
    return {name: float(value) for name, value in found.items()}


def steps(value):
    if value == int(value) and 1 < value <= 20:
        return value - 1, value + 1
    if 0 < value <= 1e-5:               # a chance
        return value / 3, value * 3
    up = value * (1 + STEP)
    return value * (1 - STEP), (1 + value) / 2 if value < 1 <= up else up


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", nargs="*")
    parser.add_argument("--keep", metavar="DIR", help="the copy, to be used again by the next run")
    arguments = parser.parse_args()
    files = arguments.files
    with tempfile.TemporaryDirectory() as name:
        directory = Path(arguments.keep or name).resolve()
        if not (directory / "build").exists():
            directory.mkdir(exist_ok=True)
            prepare(directory)
        tests = build(directory / "build")
        assert all(passes(tests[one], "") for one in TESTS), "a test fails as it is"
        known = {}
        for one in TESTS:
            known.update(numbers(tests[one]))
        order, missed, tried = list(TESTS), 0, 0
        for number, value in sorted(known.items()):
            if number in EXEMPT or (files and not number.startswith(tuple(files))):
                continue
            for other in steps(value):
                tried += 1
                for test in order:
                    if not passes(tests[test], f"{number}={other!r}"):
                        order.remove(test)
                        order.insert(0, test)
                        break
                else:
                    missed += 1
                    print(f"{number}: {value:g} or {other:g}, and no test notices", flush=True)
    print(f"{tried} changes, {missed} that no test notices")
    return missed > 0


if __name__ == "__main__":
    sys.exit(main())
