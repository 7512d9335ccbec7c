"""Debian's source packages, as sources.lock pins them: fetched, checked, unpacked, moved."""

import functools
import hashlib
import lzma
import os
import re
import shutil
import subprocess
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

MIRROR = os.environ.get("DEBIAN_MIRROR", "http://deb.debian.org").rstrip("/")
LOCK = Path(__file__).resolve().parent / "sources.lock"
HEAD = """\
# The source packages of Debian that the static binary is made of: name, version, folder of the
# mirror, then a checksum (SHA-256) and a name for each file. An entry is moved to the newest
# version of Debian {release} by `packaging/static --move NAME`.
"""
RELEASE = "trixie"
ARCHIVES = {f"debian/dists/{RELEASE}": "debian",
            f"debian-security/dists/{RELEASE}-security": "debian-security"}
KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"


class Problem(Exception):
    """What failed, on what, and what to do."""


class Source:
    """One entry of the lock file."""

    def __init__(self, name, version, folder, files):
        self.name, self.version, self.folder, self.files = name, version, folder, files

    @property
    def upstream(self):
        """The version without what Debian put around it."""
        plain = self.version.split(":")[-1].rsplit("-", 1)[0]
        return plain.split("+really")[-1]

    def text(self):
        lines = [f"{self.name} {self.version} {self.folder}\n"]
        return "".join(lines + [f"  {sha} {name}\n" for name, sha in sorted(self.files.items())])


def read_lock():
    """The entries by their names."""
    sources, last = {}, None
    for line in LOCK.read_text("utf-8").splitlines():
        words = line.split()
        if not words or line.startswith("#"):
            continue
        if line.startswith(" "):
            last.files[words[1]] = words[0]
        else:
            last = sources[words[0]] = Source(*words, {})
    return sources


def write_lock(sources):
    entries = [sources[name].text() for name in sorted(sources)]
    LOCK.write_text(HEAD.format(release=RELEASE) + "\n" + "\n".join(entries), "utf-8")


def address(path):
    return f"{MIRROR}/{urllib.parse.quote(path)}"


def get(path):
    """The bytes of PATH on the mirror; None when it has no such file."""
    try:
        with urllib.request.urlopen(address(path), timeout=60) as answer:
            return answer.read()
    except urllib.error.HTTPError as error:
        if error.code in (404, 410):
            return None
        raise Problem(f"{MIRROR}/{path}: the mirror answered {error.code}") from error
    except OSError as error:
        raise Problem(f"{MIRROR}/{path} cannot be fetched: {error}") from error


def no_mirror():
    """Why nothing can be fetched from the mirror, or None."""
    try:
        with urllib.request.urlopen(address(f"debian/dists/{RELEASE}/InRelease"), timeout=30):
            return None
    except OSError as error:
        return (f"no sources and no packages without a mirror of Debian: {MIRROR} cannot be reached "
                f"({error}); DEBIAN_MIRROR names another one, and http_proxy the way to it")


def fetch(source, folder):
    """Every file of SOURCE in FOLDER, with the checksum of the lock. Returns its .dsc."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, sha in source.files.items():
        path = folder / name
        if path.exists() and hashlib.sha256(path.read_bytes()).hexdigest() == sha:
            continue
        data = get(f"{source.folder}/{name}")
        if data is None:
            raise Problem(
                f"the mirror {MIRROR} no longer has {source.name} {source.version} ({name}). "
                f"Move the pin to the version that it has now, and commit sources.lock:\n"
                f"    packaging/static --move {source.name}")
        found = hashlib.sha256(data).hexdigest()
        if found != sha:
            raise Problem(f"{MIRROR}/{source.folder}/{name} has the checksum {found}, and "
                          f"sources.lock says {sha}: it is not the file that was pinned")
        part = path.with_name(name + ".part")
        part.write_bytes(data)
        part.rename(path)
    return next(folder / name for name in source.files if name.endswith(".dsc"))


def unpack(source, downloads, into):
    """SOURCE with Debian's patches, as the folder INTO."""
    description = fetch(source, downloads)
    if into.exists():
        shutil.rmtree(into)
    into.parent.mkdir(parents=True, exist_ok=True)
    # checked above, against the lock
    subprocess.run(["dpkg-source", "--no-check", "--no-copy", "-x", description, into],
                   check=True, stdout=subprocess.DEVNULL)


def signed_index(dist):
    """The sources of DIST: what Debian's key signed, and nothing else."""
    release = get(f"{dist}/InRelease")
    if release is None:
        raise Problem(f"the mirror {MIRROR} has no {dist}/InRelease")
    checked = subprocess.run(["gpgv", "--keyring", KEYRING, "--output", "-"], input=release,
                             capture_output=True, check=False)
    if checked.returncode:
        raise Problem(f"{dist}/InRelease is not signed by a key of {KEYRING} (package "
                      f"debian-archive-keyring):\n{checked.stderr.decode(errors='replace')}")
    name = "main/source/Sources.xz"
    sums = checked.stdout.decode().split("SHA256:")[1]
    sha = re.search(rf"^ ([0-9a-f]{{64}}) +\d+ {name}$", sums, re.M).group(1)
    data = get(f"{dist}/{name}")
    if data is None or hashlib.sha256(data).hexdigest() != sha:
        raise Problem(f"{dist}/{name} is not what the release lists: try again, the mirror may "
                      f"be in the middle of an update")
    return lzma.decompress(data).decode()


def field(paragraph, name):
    """A field of a paragraph, with its further lines."""
    found = re.search(rf"^{name}:(.*(?:\n .*)*)", paragraph, re.M)
    return found.group(1).strip() if found else ""


def newer_first(one, other):
    """For sorting: Debian's own order of versions."""
    older = subprocess.run(["dpkg", "--compare-versions", one.version, "lt", other.version],
                           check=False).returncode == 0
    return 1 if older else -1


def is_there(source):
    """Whether the mirror has every file: one that lags lists what it does not have yet."""
    for name in source.files:
        try:
            request = urllib.request.Request(address(f"{source.folder}/{name}"), method="HEAD")
            urllib.request.urlopen(request, timeout=60).close()
        except OSError:
            return False
    return True


def listed(names):
    """Every version of NAMES that the release and its security updates list."""
    for dist, root in ARCHIVES.items():
        for paragraph in signed_index(dist).split("\n\n"):
            name = field(paragraph, "Package")
            if name in names:
                files = {line.split()[2]: line.split()[0]
                         for line in field(paragraph, "Checksums-Sha256").splitlines()
                         if not line.endswith(".asc")}
                yield Source(name, field(paragraph, "Version"),
                             f"{root}/{field(paragraph, 'Directory')}", files)


def move(names):
    """Writes the newest versions of NAMES into the lock. Returns the lines that tell of it."""
    sources = read_lock() if LOCK.exists() else {}
    versions = list(listed(names))
    told = []
    for name in names:
        mine = sorted((source for source in versions if source.name == name),
                      key=functools.cmp_to_key(newer_first))
        if not mine:
            raise Problem(f"Debian {RELEASE} has no source package {name}")
        found = next((source for source in mine if is_there(source)), None)
        if not found:
            raise Problem(f"the mirror {MIRROR} lists {name} {mine[0].version} and has no files "
                          f"of it: try another, as DEBIAN_MIRROR=http://...")
        if found.version != mine[0].version:
            told.append(f"{name}: the mirror lists {mine[0].version} and does not have it yet")
        before = sources[name].version if name in sources else "new"
        told.append(f"{name}: {before} -> {found.version}")
        sources[name] = found
    write_lock(sources)
    return told
