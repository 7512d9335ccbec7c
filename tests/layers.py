#!/usr/bin/python3
"""usage: tests/layers.py ROOT | --self-test

Holds src/ to the two dictionaries in src/meson.build: `layers` says which folders a folder may
include, `edges` says who may know the headers of other libraries. Each folder's own meson.build has
to list the sources that lie in it, no more and no less. Also looks for calls that only app/ and cmd/
may make, and for code that asks which page is shown. Prints one line per finding, FILE:LINE: SENTENCE, and exits with 1.
"""
import ast
import pathlib
import re
import sys
import tempfile

# Headers of C17 and POSIX, and getopt_long() of every libc. Whatever else is included in angle brackets has to be an edge.
SYSTEM = set("""
assert.h complex.h ctype.h errno.h fenv.h float.h inttypes.h iso646.h limits.h locale.h math.h
setjmp.h signal.h stdalign.h stdarg.h stdatomic.h stdbool.h stddef.h stdint.h stdio.h stdlib.h
stdnoreturn.h string.h tgmath.h threads.h time.h uchar.h wchar.h wctype.h
arpa/inet.h dirent.h getopt.h fcntl.h fnmatch.h glob.h grp.h iconv.h langinfo.h libgen.h net/if.h netdb.h
netinet/in.h netinet/tcp.h poll.h pthread.h pwd.h regex.h sched.h spawn.h strings.h sys/file.h sys/ioctl.h
sys/mman.h sys/resource.h sys/select.h sys/socket.h sys/stat.h sys/time.h sys/types.h sys/un.h
sys/wait.h syslog.h termios.h unistd.h
""".split())

# What nothing below app/ and cmd/ does: the moment is a parameter, and so is the environment.
CALLS = {
    "reads a clock": """time clock gettimeofday clock_gettime clock_now_ms clock_steady_ms""",
    "reads the environment": "getenv secure_getenv",
    "prints": "printf vprintf fprintf vfprintf puts fputs putchar putc fputc fwrite perror",
    "ends the program": "exit _exit _Exit quick_exit abort",
}
FILES = set("""disk_read disk_check disk_create disk_replace disk_append disk_list
open openat mkdir mkdirat rename renameat unlink unlinkat remove opendir fdopendir link
symlink truncate chmod fopen fdopen freopen""".split())
# A path that a user gave may be a FIFO or a device, on which these would wait for good: base/disk.h.
RAW = {"open", "openat", "fopen", "freopen"}
CALLER = {name: what for what, names in CALLS.items() for name in names.split()}
CALL = re.compile(r"(?<![\w.>])(%s)\s*\(" % "|".join([*CALLER, *sorted(FILES)]))
# What not every system has, or has elsewhere: base/system.h makes up for it.
UNPORTABLE = re.compile(r"(?<![\w.])(?:(?:explicit_bzero|getentropy|getrandom|arc4random\w*|pipe2|accept4|dup3|"
                        r"epoll_\w+|timerfd_\w+|signalfd|eventfd|memfd_create|prctl|ppoll|memmem|memrchr|"
                        r"mempcpy|strchrnul|v?asprintf|qsort_r|secure_getenv|fallocate|renameat2)\s*\(|"
                        r"SOCK_(?:CLOEXEC|NONBLOCK)\b|O_(?:PATH|TMPFILE)\b|CLOCK_(?:BOOTTIME|MONOTONIC_\w+)\b)|"
                        r"\bst_[acm]tim(?:espec)?\b")
PORTABLE = "base/system.h"
TOP = {"", "app", "cmd"}
OPENERS = TOP | {"config", "cache", "tape"}

# The files that these calls are made for.
ALLOWED = {
    "base/clock.c": {"reads a clock"},
    "base/clock.h": {"reads a clock"},
    "base/check.c": {"prints", "ends the program"},
    "base/check.h": set(),
    "base/disk.c": {"touches", "opens"},  # what everybody else opens files with
    "base/disk.h": {"touches"},
    "cache/folder.c": {"opens"},  # below a folder of its own
    "main.c": {"opens"},  # /dev/null
    "base/zone.c": {"reads the environment"},  # TZ, which it puts back
    "http/authorities.c": {"reads the environment", "touches"},  # the machine's, for all servers
    "endpoint/secret.c": {"touches"},  # secrets are read again for every request
    "endpoint/aws.c": {"touches"},  # so are these
    "endpoint/identity.c": {"touches"},  # a token that rotates is the same while it names the same
    "endpoint/way.c": {"touches"},  # checks what libcurl will open
    "tape/player.c": {"reads a clock"},  # that of the recording
    "tape/recorder.c": {"reads a clock"},  # when each answer came
    "watch/trace.c": {"reads a clock", "touches"},  # what is logged bears the time
    "watch/watch.c": {"reads a clock"},  # how long ago it was judged
    "theme/theme.c": {"touches"},  # reads the file of one
    "term/entry.c": {"reads the environment"},  # TERM is the terminal's own variable
    "term/direct.c": {"reads the environment"},  # and COLORTERM
    "term/clipboard.c": {"reads the environment"},  # so are TMUX and STY
}

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
TOKEN = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)


def dictionary(text, name):
    """The dictionary NAME of a meson file, which is also Python's notation."""
    match = re.search(r"^%s = (\{.*?^\})" % name, text, re.M | re.S)
    if not match:
        raise SystemExit(f"src/meson.build: there is no dictionary '{name}'")
    return ast.literal_eval(match[1])


def bare(text):
    """TEXT without comments and the insides of literals, its lines kept."""
    def blank(match):
        return re.sub(r"[^\n]", " ", match[0])
    return TOKEN.sub(blank, text)


def check_include(src, folder, layers, edges, kind, header):
    """A sentence when a file of FOLDER may not include HEADER, or None."""
    if kind == '"':
        if "/" not in header or not (src / header).is_file():
            return f'"{header}" is not the full path of a header below src'
        target = header.split("/")[0]
        if target != folder and folder and target not in layers[folder]:
            return f'{folder}/ may not include "{header}": {target}/ is not among its layers'
        return None
    for edge, folders in edges.items():
        if header == edge or (edge.endswith("/") and header.startswith(edge)):
            if folder in folders:
                return None
            return f"<{header}> is for {' and '.join(folders)} only"
    if header not in SYSTEM:
        return f"<{header}> is neither a header of C or POSIX nor among the edges"
    return None


def page_test(src):
    """What a question about one page of view/pages.def looks like: what a page is like is in its own file."""
    names = re.findall(r"^PAGE\((\w+),", (src / "view/pages.def").read_text(encoding="utf-8"), re.M)
    one = r"\bPAGE_(?:%s)\b" % "|".join(names)
    return re.compile(rf"(?:[!=]=|\bcase)\s*{one}|{one}\s*[!=]=")


def check_file(src, path, layers, edges, page):
    """The findings in one file; PAGE finds questions about a page."""
    name = path.relative_to(src).as_posix()
    folder = name.rpartition("/")[0]
    text = path.read_text(encoding="utf-8")
    findings = []
    if folder and folder not in layers:
        return [(name, 1, f"{folder}/ is not among the layers")]
    for number, line in enumerate(text.splitlines(), 1):
        match = INCLUDE.match(line)
        wrong = match and check_include(src, folder, layers, edges, match[1], match[2])
        if wrong:
            findings.append((name, number, wrong))
    for number, line in enumerate(bare(text).splitlines(), 1):
        if page.search(line):
            findings.append((name, number, "asks which page is shown: make it a field of struct page_entry"))
        for match in UNPORTABLE.finditer(line) if name != PORTABLE else ():
            findings.append((name, number, f"{match[0].rstrip(' (')} is not on every system: "
                                           f"{PORTABLE} is for what is not"))
        for match in CALL.finditer(line):
            call = match[1]
            if call not in CALLER:
                if folder not in OPENERS and "touches" not in ALLOWED.get(name, ()):
                    findings.append((name, number,
                                     f"{call}() touches files outside config, cache, app, cmd"))
                elif call in RAW and "opens" not in ALLOWED.get(name, ()):
                    findings.append((name, number,
                                     f"{call}() may wait for good: base/disk.h does not"))
            elif folder not in TOP and CALLER[call] not in ALLOWED.get(name, ()):
                findings.append((name, number, f"{call}() {CALLER[call]} below app and cmd"))
    return findings


def check_list(src, folder):
    """The findings where the meson.build of FOLDER and what lies beside it differ."""
    build = src / folder / "meson.build"
    name = build.relative_to(src).as_posix()
    if not build.is_file():
        return [(name, 1, f"{folder}/ has no meson.build that lists its sources")]
    lines = build.read_text(encoding="utf-8").splitlines()
    listed = {match[1]: number for number, line in enumerate(lines, 1)
              if (match := re.match(r"\s*'(\w+\.c)',?$", line))}
    there = {path.name for path in (src / folder).glob("*.c")}
    findings = [(name, listed[file], f"{file} is listed and does not exist")
                for file in sorted(listed.keys() - there)]
    findings += [(f"{folder}/{file}", 1, f"{file} is not listed in {name}: it would not be built")
                 for file in sorted(there - listed.keys())]
    if not lines or not lines[0].startswith("# "):
        findings.append((name, 1, "its first line has to say what the folder is for"))
    return findings


def check_tree(root):
    """The findings in the whole tree below ROOT, with the number of files."""
    src = pathlib.Path(root) / "src"
    build = (src / "meson.build").read_text(encoding="utf-8")
    layers, edges = dictionary(build, "layers"), dictionary(build, "edges")
    files = sorted(p for p in src.rglob("*") if p.suffix in (".c", ".h", ".def"))
    findings = [finding for folder in layers for finding in check_list(src, folder)]
    page = page_test(src)
    first = {}
    for path in files:
        findings += check_file(src, path, layers, edges, page)
        other = first.setdefault(path.name, path)
        if other != path:
            findings.append((path.relative_to(src).as_posix(), 1,
                             f"{other.relative_to(src)} has the same name"))
    return findings, len(files)


BUILD = """
layers = {
  'base': [],
  'view': ['base'],
  'http': ['base'],
  'config': ['base'],
  'cache': ['base'],
  'cmd': ['base', 'view', 'http'],
}
edges = {
  'curl/': ['http'],
}
"""

# Each a file that is put into a sound tree, with what has to be found there (None: nothing).
CASES = [
    ("view/a.c", '#include "base/str.h"\n#include <math.h>\n', None),
    ("view/a.c", '#include "view/own.h"\n', None),
    ("http/a.c", "#include <curl/curl.h>\n", None),
    ("cmd/a.c", "void f(void)\n{\n    printf(\"x\");\n    exit(1);\n}\n", None),
    ("config/a.c", "void f(void)\n{\n    disk_read(p, m);\n}\n", None),
    ("config/a.c", "void f(void)\n{\n    fopen(p, m);\n}\n", "fopen() may wait for good"),
    ("cmd/a.c", "void f(void)\n{\n    open(p, m);\n}\n", "open() may wait for good"),
    ("http/a.c", "void f(void)\n{\n    disk_check(p);\n}\n", "disk_check() touches files"),
    ("base/check.c", "void f(void)\n{\n    abort();\n}\n", None),
    ("view/a.c", "// time() and exit() are words here\n/* getenv(\n */\nchar *s = \"printf(\";\n", None),
    ("view/a.c", "void f(void)\n{\n    snprintf(a, n, b);\n    mktime(t);\n    o->exit(1);\n}\n", None),
    ("view/a.c", '#include "str.h"\n', "view/a.c:1: \"str.h\" is not the full path"),
    ("view/a.c", '#include "../base/str.h"\n', "is not the full path"),
    ("view/a.c", '#include "base/none.h"\n', "is not the full path"),
    ("view/a.c", '\n#include "http/net.h"\n', "view/a.c:2: view/ may not include"),
    ("base/a.c", '#include "view/own.h"\n', "base/ may not include"),
    ("view/a.h", "#include <curl/multi.h>\n", "<curl/multi.h> is for http only"),
    ("cmd/a.c", "  #  include <curl/curl.h>\n", "is for http only"),
    ("main.c", "#include <curl/curl.h>\n", "is for http only"),
    ("view/a.c", "#include <ncurses.h>\n", "neither a header of C or POSIX nor"),
    ("view/a.c", "long f(void)\n{\n    return time(NULL);\n}\n", "view/a.c:3: time() reads a clock"),
    ("base/a.c", "int x = clock_now_ms();\n", "clock_now_ms() reads a clock"),
    ("http/a.c", "char *p = getenv (\"A\");\n", "getenv() reads the environment"),
    ("config/a.c", "void f(void)\n{\n    printf(\"x\");\n}\n", "printf() prints"),
    ("http/a.c", "void f(void)\n{\n    exit(1);\n}\n", "exit() ends the program"),
    ("view/a.c", "void f(void)\n{\n    fopen(a, b);\n}\n", "fopen() touches files"),
    ("http/a.c", "void f(void)\n{\n    unlink(a);\n}\n", "unlink() touches files"),
    ("cache/a.c", "void f(void)\n{\n    renameat(a, b, c, d);\n}\n", None),
    ("cache/a.c", "void f(void)\n{\n    getenv(a);\n}\n", "getenv() reads the environment"),
    ("view/a.c", "/* \" */ int x = time(0); // \"\n", "time() reads a clock"),
    ("cmd/a.c", "void f(void)\n{\n    go(PAGE_STAGE);\n    x = y == PAGE_STAGES;\n}\n", None),
    ("cmd/a.c", "bool x = s->page == PAGE_STAGE;\n", "cmd/a.c:1: asks which page is shown"),
    ("view/a.c", "bool x = PAGE_HELP != v->page;\n", "asks which page is shown"),
    ("view/a.c", "switch (page) {\ncase PAGE_HELP: x();\n}\n", "view/a.c:2: asks which page is shown"),
    ("view/a.c", "void f(void)\n{\n    pipe2(p, x);\n}\n", "view/a.c:3: pipe2 is not on every system"),
    ("cmd/a.c", "long x = st->st_mtim.tv_sec;\n", "cmd/a.c:1: st_mtim is not on every system"),
    ("base/system.h", "void f(void)\n{\n    explicit_bzero(p, n);\n}\n", None),
    ("extra/a.c", "int x;\n", "extra/ is not among the layers"),
    ("view/meson.build", "# Views.\nsources = files(\n  'gone.c',\n)\n",
     "view/meson.build:3: gone.c is listed and does not exist"),
    ("view/meson.build", "sources = files()\n", "what the folder is for"),
    ("view/str.h", "", "view/str.h:1: base/str.h has the same name"),
    ("view/unlisted.c", "int x;\n", "view/unlisted.c:1: unlisted.c is not listed"),
]


def self_test():
    """Whether small trees are judged as they should be."""
    failed = 0
    for name, text, expected in CASES:
        with tempfile.TemporaryDirectory() as root:
            src = pathlib.Path(root) / "src"
            listed = [name] if name.endswith("/a.c") or name == "base/check.c" else []
            lists = [(f"{folder}/meson.build", "# What it is for.\nsources = files(\n" + "".join(
                f"  '{pathlib.Path(path).name}',\n" for path in listed
                if path.startswith(folder + "/")) + ")\n") for folder in dictionary(BUILD, "layers")]
            for path, content in [("meson.build", BUILD), *lists, ("base/str.h", ""),
                                  ("view/pages.def", "PAGE(STAGE, stage)\nPAGE(HELP, help)\n"),
                                  ("view/own.h", ""), ("http/net.h", ""), (name, text)]:
                (src / path).parent.mkdir(parents=True, exist_ok=True)
                (src / path).write_text(content, encoding="utf-8")
            lines = ["%s:%d: %s" % finding for finding in check_tree(root)[0]]
        right = not lines if expected is None else len(lines) == 1 and expected in lines[0]
        if not right:
            failed += 1
            print(f"{name} with {text!r}: expected {expected}, found {lines}")
    print(f"{len(CASES) - failed} of {len(CASES)} small trees are judged rightly")
    return failed == 0


def main():
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    if sys.argv[1] == "--self-test":
        return 0 if self_test() else 1
    findings, count = check_tree(sys.argv[1])
    for finding in findings:
        print("src/%s:%d: %s" % finding)
    print(f"{count} files, {len(findings)} findings")
    return 1 if findings or count == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
