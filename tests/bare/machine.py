"""A Debian with nothing on it, in a temporary folder, as if it were a machine.

Every command has namespaces of its own for processes, mounts and, unless it fetches packages, for a
network with nothing but a loopback. All mounts are made inside a namespace of this program (see
isolate), so that they disappear with it, however it ends.
"""

import codecs
import contextlib
import fcntl
import os
import pty
import re
import select
import shutil
import struct
import subprocess
import sys
import termios
import time
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(ROOT / "demo"))
from processes import die_with_parent     # noqa: E402  pylint: disable=wrong-import-position

NAMESPACES = ["unshare", "--mount", "--pid", "--ipc", "--uts", "--fork", "--kill-child"]
OWN_NETWORK = ["--net"]
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
PROXIES = {name: value for name, value in os.environ.items() if name.lower() in
           ("http_proxy", "https_proxy", "no_proxy", "all_proxy")}
os.environ["PATH"] += ":/usr/sbin:/sbin"        # where `su` leaves these out
KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
ORDINARY = "ordinary"       # the user who is not root
ENDS_WITHIN_S = 900         # a bound against hanging, wide enough for a busy machine
IN_MEMORY_KB = 4 << 20      # a machine takes a third of it, and is much faster


def obstacle():
    """Why there can be no bare Debian here, or None."""
    if os.geteuid() != 0:
        return "needs root"
    if not shutil.which("debootstrap"):
        return "debootstrap is not installed"
    tried = subprocess.run([*NAMESPACES, *OWN_NETWORK, "true"], capture_output=True, text=True,
                           check=False)
    return f"namespaces are refused: {tried.stderr.strip()}" if tried.returncode else None


def isolate():
    """Continues in a mount namespace of this program's own."""
    if "BARE_ISOLATED" not in os.environ:
        os.environ["BARE_ISOLATED"] = "yes"
        os.execvp("unshare", ["unshare", "--mount", "--propagation=private",
                              sys.executable, *sys.argv])


@dataclass
class Ended:
    """How a command ended: its status, what it wrote, and the processes that it left."""
    status: int
    said: str
    left: str
    screens: list = field(default_factory=list)


class Machine:
    """A Debian below FOLDER."""

    def __init__(self, folder):
        self.root = folder
        self._report = folder.with_name(folder.name + ".left")

    def run(self, *command, user="root", cwd="/", network=False, watch=None, **extra):
        """Runs COMMAND. With WATCH it has a terminal, and WATCH(terminal) is called as it draws."""
        home = "/root" if user == "root" else f"/home/{user}"
        variables = {"PATH": PATH, "HOME": home, "USER": user, "LANG": "C.UTF-8",
                     "TERM": "xterm-256color", **(PROXIES if network else {}), **extra}
        inside = [*NAMESPACES, *([] if network else OWN_NETWORK), str(HERE / "inside.sh"),
                  str(self.root), str(self._report), user, "/usr/bin/env", "-i", "-C", cwd,
                  *(f"{name}={value}" for name, value in variables.items()), *command]
        self._report.unlink(missing_ok=True)
        status, said, screens = (run_in_terminal(inside, watch) if watch
                                 else (*run_to_the_end(inside), []))
        return Ended(status, said, self._report.read_text(errors="replace"), screens)

    def copy(self, name):
        """Another machine like this one."""
        other = Machine(self.root.with_name(name))
        subprocess.run(["cp", "-a", self.root, other.root], check=True)
        return other

    def remove(self):
        shutil.rmtree(self.root)

    def archives(self):
        """Where apt keeps the packages it fetches, and looks for them first."""
        return self.path("/var/cache/apt/archives")

    def path(self, path):
        return self.root / path.lstrip("/")

    def files(self, *folders):
        """The files in these folders that exist."""
        return sorted(str(Path("/") / path.relative_to(self.root)) for folder in folders
                      if self.path(folder).is_dir() for path in self.path(folder).iterdir())


def run_to_the_end(command):
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT, preexec_fn=die_with_parent)
    try:
        said = process.communicate(timeout=ENDS_WITHIN_S)[0]
    finally:
        stop(process)
    return process.returncode, said.decode(errors="replace")


def run_in_terminal(command, watch):
    """The command in a terminal; WATCH is called with it whenever something was drawn."""
    terminal = Terminal(command)
    try:
        deadline = time.monotonic() + ENDS_WITHIN_S
        while terminal.read():
            watch(terminal)
            if time.monotonic() > deadline:
                raise TimeoutError(f"still running:\n{terminal.text()}")
        return terminal.process.wait(ENDS_WITHIN_S), terminal.written, terminal.screens
    finally:
        stop(terminal.process)
        os.close(terminal.master)


def stop(process):
    """Ends a command that is still running, and with its namespace everything in there."""
    if process.poll() is None:
        process.kill()
        process.wait()


class Terminal:
    """A terminal of 120 columns and 40 lines and the command in it."""

    def __init__(self, command):
        import pyte     # here, as --obstacle should work without it
        self._screen = pyte.Screen(120, 40)
        self._stream = pyte.Stream(self._screen)
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self.written, self.screens = "", []
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))

        def take_terminal():
            die_with_parent()
            fcntl.ioctl(0, termios.TIOCSCTTY, 0)

        self.process = subprocess.Popen(command, stdin=slave, stdout=slave, stderr=slave,
                                        start_new_session=True, preexec_fn=take_terminal)
        os.close(slave)

    def read(self):
        """Waits for output for a second; false when the command has ended."""
        if not select.select([self.master], [], [], 1)[0]:
            return True
        try:
            data = os.read(self.master, 65536)
        except OSError:
            return False
        text = self._decoder.decode(data)
        self.written += text
        # pyte would draw sequences that it does not know
        self._stream.feed(re.sub(r"\x1b\[[<>=?][\d;]*[a-zA-Z$]{1,2}", self._known, text))
        return bool(data)

    @staticmethod
    def _known(match):
        return match[0] if re.fullmatch(r"\x1b\[\?[\d;]*[hl]", match[0]) else ""

    def text(self):
        return "\n".join(line.rstrip() for line in self._screen.display).strip("\n")

    def press(self, keys):
        """Presses keys, and keeps the screen that they were pressed on."""
        self.screens.append(self.text())
        os.write(self.master, keys.encode())


def said_by(*command):
    """The output of a command of this machine; nothing if there is no such command."""
    with contextlib.suppress(FileNotFoundError):
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout
    return ""


def sources():
    """The (URL, suite) of Debian's own archives among those of this machine, the main one first."""
    release = said_by("sh", "-c", '. /etc/os-release; echo "${ID-} ${VERSION_CODENAME-}"').split()
    codename = release[1] if release[:1] == ["debian"] and len(release) > 1 else "bookworm"
    listed = said_by("apt-get", "indextargets", "--format",
                     "$(REPO_URI) $(RELEASE) $(COMPONENT) $(SIGNED_BY)", "Created-By: Packages")
    suites = codename, f"{codename}-updates", f"{codename}-security"
    found = dict.fromkeys(
        (url, suite) for url, suite, component, key in
        (line.split(" ", 3) for line in listed.splitlines() if line.count(" ") >= 3)
        if suite in suites and component == "main" and (key[:1] in ("", "$") or "debian" in key))
    if not any(suite == codename for _, suite in found):
        return [("http://deb.debian.org/debian", codename)]
    return sorted(found, key=lambda one: suites.index(one[1]))


def prepare_folder(folder):
    """Puts the machines in memory where there is enough of it."""
    available = re.search(r"^MemAvailable: +(\d+) kB", Path("/proc/meminfo").read_text(), re.M)
    if available and int(available[1]) >= IN_MEMORY_KB:
        subprocess.run(["mount", "-t", "tmpfs", "-o", "mode=700", "bare", folder], check=True)


def bootstrap(folder, cache, kind=None):
    """A new machine with the archives and the network settings of this one, and nothing else; of the
    KIND i386, say, where this one can run it.
    """
    (mirror, codename), *_ = archives = sources()
    machine = Machine(folder / "debian")
    debs = folder / "debs"
    copy_debs(cache, debs)
    status, said = run_to_the_end([
        *NAMESPACES, "env", *(f"{name}={value}" for name, value in PROXIES.items()),
        "debootstrap", "--variant=minbase", f"--cache-dir={debs}",
        *([f"--keyring={KEYRING}"] if os.path.exists(KEYRING) else []),
        *([f"--arch={kind}"] if kind else []),
        *(["--include=ca-certificates"] if mirror.startswith("https") else []),
        codename, str(machine.root), mirror])
    if status:
        raise OSError(f"debootstrap failed with {status}: {said.strip()[-2000:]}")
    copy_debs(debs, machine.archives())
    shutil.rmtree(debs)
    machine.path("/etc/apt/sources.list").write_text(
        "".join(f"deb {url} {suite} main\n" for url, suite in archives))
    machine.path("/etc/apt/apt.conf.d/90host").write_text(apt_settings())
    for path in ("/etc/resolv.conf", "/etc/hosts"):
        with contextlib.suppress(FileNotFoundError):
            machine.path(path).write_bytes(Path(path).read_bytes())
    added = machine.run("useradd", "--create-home", "--shell", "/bin/bash", ORDINARY)
    if added.status:
        raise OSError(f"useradd failed: {added.said}")
    return machine


def apt_settings():
    """How apt reaches its archives from here: proxies, timeouts, the age an index may have."""
    return "".join(re.findall(
        r"^Acquire::(?:https?::(?!.*Auto-Detect)|Check-|Retries|ForceIPv)[^\n]*\n",
        said_by("apt-config", "dump", "--no-empty"), re.M))


def copy_debs(source, target):
    """Adds packages to a folder, each at once with all of its content."""
    target.mkdir(parents=True, exist_ok=True)
    for path in source.glob("*.deb") if source.is_dir() else ():
        if not (target / path.name).exists():
            part = target / f"{path.name}.{os.getpid()}.part"
            shutil.copyfile(path, part)
            part.rename(target / path.name)


def prune_debs(cache, wanted):
    """Removes what is not among the names WANTED: older packages, parts of interrupted copies."""
    for path in cache.iterdir() if cache.is_dir() else ():
        if path.name not in wanted:
            path.unlink()


def clean_up(folder):
    """Removes the folder, and returns what is left of the machines in spite of everything."""
    left = [f"process {path.parent.name} still runs" for path in Path("/proc").glob("[0-9]*/root")
            if is_below(path, folder)]
    if os.path.ismount(folder):
        subprocess.run(["umount", folder], check=False)
    shutil.rmtree(folder, ignore_errors=True)
    if str(folder) in Path("/proc/1/mountinfo").read_text():
        left.append(f"{folder} is still mounted")
    return left + [f"{folder} is still there"] * folder.exists()


def is_below(link, folder):
    with contextlib.suppress(OSError):
        return Path(os.readlink(link)).is_relative_to(folder)
    return False
