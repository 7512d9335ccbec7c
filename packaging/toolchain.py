"""musl and a gcc that compiles for it: every program that it links is a static-pie.

musl's own wrapper links with -static-pie what then asks for /lib/ld-musl, so the start files and
the linker's options are said here in full.
"""

import os
import subprocess
from pathlib import Path

# The compiler and its packages, where its kernel headers are, how OpenSSL and meson call the machine,
# and what runs its programs on another one.
MACHINES = {
    "amd64": {"gcc": "gcc", "binutils": "", "triplet": "x86_64-linux-musl",
              "packages": ("gcc", "linux-libc-dev"),
              "headers": ("/usr/include", "/usr/include/x86_64-linux-gnu"),
              "openssl": "linux-x86_64", "cpu": "x86_64", "flags": "-fcf-protection=full",
              "link": "-Wl,-z,pack-relative-relocs", "memcpy": True, "runner": None},
    "arm64": {"gcc": "aarch64-linux-gnu-gcc", "binutils": "aarch64-linux-gnu-",
              "packages": ("gcc-aarch64-linux-gnu", "linux-libc-dev-arm64-cross"),
              "triplet": "aarch64-linux-musl", "headers": ("/usr/aarch64-linux-gnu/include",) * 2,
              "openssl": "linux-aarch64", "cpu": "aarch64",
              "flags": "-mbranch-protection=standard", "link": "", "memcpy": False,
              "runner": "qemu-aarch64"},
}
# Nothing unwinds a stack here, and the tables for it would be a tenth of the file.
NO_TABLES = "-fno-unwind-tables -fno-asynchronous-unwind-tables"
MEMCPY = Path(__file__).resolve().parent / "memcpy.c"
SPECS = """\
%rename cpp_options old_cpp_options

*cpp_options:
-nostdinc -isystem {root}/include -isystem include%s %(old_cpp_options)

*cc1:
%(cc1_cpu) -nostdinc -isystem {root}/include -isystem include%s

*link_libgcc:
-L{root}/lib -L .%s

*libgcc:
libgcc.a%s %:if-exists(libgcc_eh.a%s)

*startfile:
{root}/lib/rcrt1.o {root}/lib/crti.o crtbeginS.o%s

*endfile:
crtendS.o%s {root}/lib/crtn.o

*link:
-nostdlib %{{!r:-static -pie --no-dynamic-linker -z text}}

*esp_link:


*esp_options:


*esp_cpp_options:


"""


class Toolchain:
    """The compiler for a machine, in the folder ROOT that takes its libraries as well."""

    def __init__(self, machine, root, jobs):
        self.machine, self.root, self.jobs = MACHINES[machine], root, jobs
        self.compiler = root / "bin" / "cc"
        self.log = root.parent / "build.log"    # of the library that is being built
        self.flags = (f"-O2 -fPIC {NO_TABLES} "
                      " -ffunction-sections -fdata-sections -fstack-protector-strong "
                      f"-fstack-clash-protection {self.machine['flags']} "
                      f"-ffile-prefix-map={root.parent}=.")
        # of what is waited for once in a while: a third less of the file, and of its memory
        self.small = self.flags.replace("-O2", "-Os")

    def marks(self):
        """What everything that it compiles depends on."""
        return SPECS + repr(self.machine) + self.flags + MEMCPY.read_text("utf-8")

    def tool(self, name):
        """A program of binutils: ar, strip."""
        return self.machine["binutils"] + name

    def environment(self):
        # what was built before must not depend on the caller's settings
        mine = {name: value for name, value in os.environ.items()
                if name in ("PATH", "HOME", "TMPDIR", "CCACHE_DIR")}
        return mine | {"LC_ALL": "C.UTF-8", "TZ": "UTC", "CC": self.cc, "CFLAGS": self.small,
                       "AR": self.tool("ar"), "RANLIB": self.tool("ranlib"),
                       "NM": self.tool("nm"), "SOURCE_DATE_EPOCH": "1",
                       "PKG_CONFIG_LIBDIR": str(self.root / "lib/pkgconfig")}

    @property
    def cc(self):
        return str(self.compiler)

    def run(self, folder, *command, **extra):
        """Runs COMMAND in FOLDER; what it says goes to the end of the log."""
        with open(self.log, "ab") as log:
            log.write(f"$ {' '.join(map(str, command))}\n".encode())
            log.flush()
            subprocess.run(["nice", *map(str, command)], cwd=folder, check=True, stdout=log,
                           stdin=subprocess.DEVNULL, stderr=log,
                           env=self.environment() | extra)

    def make(self, folder, *targets, **extra):
        self.run(folder, "make", f"-j{self.jobs}", *targets, **extra)

    def archive(self, folder, name, files):
        """Puts what FILES were compiled to in FOLDER into lib/libNAME.a."""
        objects = [Path(file).with_suffix(".o").name for file in files]
        self.run(folder, self.tool("ar"), "rcsD", self.root / f"lib/lib{name}.a", *objects)

    def describe(self, name, version, link, needs=""):
        """A file for pkg-config, for a library that brings none."""
        folder = self.root / "lib/pkgconfig"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{name}.pc").write_text(
            f"Name: {name}\nDescription: {name}\nVersion: {version}\n"
            f"Requires.private: {needs}\n"
            f"Libs: -L{self.root}/lib {link}\nCflags: -I{self.root}/include\n", "utf-8")


def replace_memcpy(tools, folder):
    """Puts memcpy.c beside musl's own, which memmove() still uses by another name."""
    archive, ar = tools.root / "lib/libc.a", tools.tool("ar")
    tools.run(folder, ar, "x", archive, "memcpy.lo")
    tools.run(folder, tools.tool("objcopy"), "--redefine-sym", "memcpy=__musl_memcpy", "memcpy.lo")
    tools.run(folder, tools.cc, "-O2", "-fPIC", *NO_TABLES.split(), "-fno-builtin",
              "-fno-tree-loop-distribute-patterns", "-fno-stack-protector", "-c", MEMCPY,
              "-o", "memcpy.o")
    tools.run(folder, ar, "rsD", archive, "memcpy.lo", "memcpy.o")


def build_musl(tools, source, folder):
    """The C library, the kernel's headers beside it, and the compiler over both."""
    gcc = {"CC": tools.machine["gcc"], "CFLAGS": "-O2 " + NO_TABLES}
    # the newer malloc asks the system for memory, and returns it, with nearly every YAML file
    tools.run(folder, "./configure", f"--prefix={tools.root}", "--disable-shared",
              f"--target={tools.machine['triplet']}", "--disable-wrapper",
              "--with-malloc=oldmalloc", **gcc)
    tools.make(folder, "install", f"AR={tools.tool('ar')}", f"RANLIB={tools.tool('ranlib')}", **gcc)
    generic, own = map(Path, tools.machine["headers"])
    for kept, real in (("linux", generic / "linux"), ("asm-generic", generic / "asm-generic"),
                       ("asm", own / "asm"), ("mtd", generic / "mtd")):
        link = tools.root / "include" / kept
        link.unlink(missing_ok=True)
        link.symlink_to(real)
    specs = tools.root / "lib/static-pie.specs"
    specs.write_text(SPECS.format(root=tools.root), "utf-8")
    tools.compiler.parent.mkdir(exist_ok=True)
    tools.compiler.write_text(
        f'#!/bin/sh\nexec {tools.machine["gcc"]} "$@" -specs {specs}\n', "utf-8")
    tools.compiler.chmod(0o755)
    if tools.machine["memcpy"]:
        replace_memcpy(tools, folder)
    (tools.root / "musl-version").write_text(source.upstream, "utf-8")
