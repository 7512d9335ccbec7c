"""How each library is built: no more of it than ragtop uses."""

import re
import shutil

from sources import Problem
from toolchain import build_musl

FALLBACKS = ("xterm-256color,xterm,tmux-256color,screen-256color,screen,linux,vt100,xterm-kitty,"
             "alacritty,foot,dumb")

# A glyph and two combining marks, which is what a cell of ragtop holds; ncurses has room for five, in
# three screens of it.
CELL = "3"

OPENSSL_WITHOUT = """
    apps argon2 aria async autoload-config bf blake2 camellia capieng cast cmp cms comp ct
    deprecated des docs dsa dso dtls ec2m engine gost idea legacy md4 mdc2 ml-dsa module
    multiblock nextprotoneg ocb ocsp padlockeng psk quic rc2 rc4 rfc3779 rmd160 scrypt seed
    shared slh-dsa siphash siv sm2 sm3 sm4 srp srtp ssl3 ssl-trace static-engine tests tls1
    tls1_1 ts ui-console uplink whirlpool http integrity-only-ciphers
""".split()

CURL_WITHOUT = """
    ALTSVC COOKIES DOH FORM_API HSTS KERBEROS_AUTH LIBCURL_OPTION MIME NEGOTIATE_AUTH NTLM
    PROGRESS_METER SHUFFLE_DNS SRP WEBSOCKETS
""".split()
CURL_CHOICES = """
    HTTP_ONLY=ON CURL_USE_OPENSSL=ON USE_NGHTTP2=ON CURL_ZLIB=ON ENABLE_THREADED_RESOLVER=ON
    CURL_BROTLI=OFF CURL_ZSTD=OFF USE_LIBIDN2=OFF CURL_USE_LIBPSL=OFF CURL_USE_LIBSSH2=OFF
    ENABLE_UNIX_SOCKETS=OFF CURL_CA_BUNDLE=none CURL_CA_PATH=none CURL_DISABLE_OPENSSL_AUTO_LOAD_CONFIG=ON
    BUILD_CURL_EXE=OFF BUILD_SHARED_LIBS=OFF BUILD_TESTING=OFF BUILD_EXAMPLES=OFF
    BUILD_LIBCURL_DOCS=OFF BUILD_MISC_DOCS=OFF ENABLE_CURL_MANUAL=OFF
""".split()


def build_zlib(tools, source, folder):
    fast = {"CFLAGS": tools.flags}      # every answer goes through it
    tools.run(folder, "./configure", "--static", f"--prefix={tools.root}", **fast)
    tools.make(folder, "libz.a", "install", **fast)


def build_yaml(tools, source, folder):
    major, minor, patch = source.upstream.split(".")
    files = [f"src/{name}.c" for name in ("api", "dumper", "emitter", "loader", "parser",
                                          "reader", "scanner", "writer")]
    defines = [f"-DYAML_VERSION_MAJOR={major}", f"-DYAML_VERSION_MINOR={minor}",
               f"-DYAML_VERSION_PATCH={patch}", f'-DYAML_VERSION_STRING="{source.upstream}"']
    tools.run(folder, tools.cc, *tools.flags.split(), *defines, "-Iinclude", "-c", *files)
    tools.archive(folder, "yaml", files)
    shutil.copy(folder / "include/yaml.h", tools.root / "include")
    tools.describe("yaml-0.1", source.upstream, "-lyaml")


def build_cjson(tools, source, folder):
    tools.run(folder, tools.cc, *tools.flags.split(), "-c", "cJSON.c")
    tools.archive(folder, "cjson", ["cJSON.c"])
    (tools.root / "include/cjson").mkdir(exist_ok=True)
    shutil.copy(folder / "cJSON.h", tools.root / "include/cjson")
    tools.describe("libcjson", source.upstream, "-lcjson")


def build_sqlite(tools, source, folder):
    # the amalgamation, the same for all machines, is made by tclsh with programs that run here
    here = {"CC": "gcc", "CFLAGS": "-O1"}
    tools.run(folder, "./configure", "--disable-tcl", "--disable-readline", **here)
    tools.make(folder, "sqlite3.c", **here)
    options = ["-DSQLITE_OMIT_LOAD_EXTENSION", "-DSQLITE_OMIT_DEPRECATED", "-DSQLITE_DQS=0",
               "-DSQLITE_OMIT_AUTHORIZATION", "-DSQLITE_OMIT_PROGRESS_CALLBACK",
               "-DSQLITE_OMIT_SHARED_CACHE", "-DSQLITE_OMIT_JSON", "-DSQLITE_OMIT_TRACE",
               "-DSQLITE_DEFAULT_MEMSTATUS=0", "-DHAVE_USLEEP=1", "-DHAVE_FDATASYNC=1"]
    tools.run(folder, tools.cc, *tools.small.split(), *options, "-c", "sqlite3.c")
    tools.archive(folder, "sqlite3", ["sqlite3.c"])
    shutil.copy(folder / "sqlite3.h", tools.root / "include")
    tools.describe("sqlite3", source.upstream, "-lsqlite3")


def leave_out_avx512(folder):
    """AES for the newest processors alone, which is a tenth of the file."""
    script = folder / "crypto/modes/asm/aes-gcm-avx512.pl"
    text, count = re.subn(r"(\$avx512vaes\s*=)[^;]*;", r"\1 0;", script.read_text("utf-8"))
    if not count:
        raise Problem(f"{script} decides in another way now: see leave_out_avx512()")
    script.write_text(text, "utf-8")


def build_openssl(tools, source, folder):
    leave_out_avx512(folder)
    tools.run(folder, "./Configure", tools.machine["openssl"], f"--prefix={tools.root}",
              "--libdir=lib", "--openssldir=/etc/ssl",
              *[f"no-{name}" for name in OPENSSL_WITHOUT])
    tools.make(folder, "build_libs")
    tools.make(folder, "install_dev")
    # what is written in assembly has unwinding tables all the same
    tools.run(folder, tools.tool("objcopy"), "--remove-section=.eh_frame",
              "--remove-section=.rela.eh_frame", tools.root / "lib/libcrypto.a")


def build_nghttp2(tools, source, folder):
    # Debian's source brings no configure
    major, minor, patch = map(int, source.upstream.split("."))
    header = folder / "lib/includes/nghttp2/nghttp2ver.h"
    text = header.with_name("nghttp2ver.h.in").read_text("utf-8")
    number = f"0x{major << 16 | minor << 8 | patch:06x}"
    header.write_text(text.replace("@PACKAGE_VERSION@", source.upstream)
                      .replace("@PACKAGE_VERSION_NUM@", number), "utf-8")
    files = sorted(str(path.relative_to(folder)) for path in folder.glob("lib/*.c"))
    defines = ["-DNGHTTP2_STATICLIB", "-DHAVE_ARPA_INET_H", "-DHAVE_NETINET_IN_H",
               "-DHAVE_CLOCK_GETTIME", "-DHAVE_DECL_CLOCK_MONOTONIC=1"]
    tools.run(folder, tools.cc, *tools.small.split(), *defines, "-Ilib/includes", "-Ilib", "-c",
              *files)
    tools.archive(folder, "nghttp2", files)
    shutil.copytree(header.parent, tools.root / "include/nghttp2", dirs_exist_ok=True)
    tools.describe("libnghttp2", source.upstream, "-lnghttp2")


def build_ncurses(tools, source, folder):
    # kitty calls itself xterm-kitty, which is kitty here
    entries = folder / "misc/terminfo.src"
    text = entries.read_text("utf-8")
    if "\nkitty|KovId" not in text:
        raise Problem(f"{entries} has no entry for kitty any more: see build_ncurses()")
    entries.write_text(text.replace("\nkitty|KovId", "\nkitty|xterm-kitty|KovId"), "utf-8")
    tools.run(folder, "./configure", f"--prefix={tools.root}", f"--host={tools.machine['triplet']}",
              "--build=x86_64-linux-gnu", "--with-build-cc=gcc", "--enable-widec", "--enable-overwrite",
              "--without-shared", "--without-debug", "--without-ada", "--without-cxx",
              "--without-cxx-binding", "--without-manpages", "--without-tests", "--without-progs",
              "--disable-db-install", "--enable-pc-files",
              f"--with-pkg-config-libdir={tools.root}/lib/pkgconfig",
              "--with-default-terminfo-dir=/usr/share/terminfo",
              "--with-terminfo-dirs=/etc/terminfo:/lib/terminfo:/usr/share/terminfo",
              f"--with-fallbacks={FALLBACKS}", f"--with-ccharw-max={CELL}", "--with-tic-path=/usr/bin/tic",
              "--with-infocmp-path=/usr/bin/infocmp", "--disable-mixed-case",
              CFLAGS=tools.flags)      # every frame goes through it
    tools.make(folder, "libs")
    tools.make(folder, "install.libs", "install.includes")


def sign_plus_as_plus(folder):
    """A plus sign of a query, %2B, is signed as the space that it is not: AWS refuses the request,
    and PromQL is full of them.
    """
    file = folder / "lib/http_aws_sigv4.c"
    text, count = re.subn(r"else if\(this_char == '\+'\)\n[^\n]*\n[^\n]*\"%20\"\);\n", "",
                          file.read_text("utf-8"))
    if count != 1:
        raise Problem(f"{file} encodes a plus sign in another way now: see sign_plus_as_plus()")
    file.write_text(text, "utf-8")


def start_tls_when_needed(folder):
    """OpenSSL starts with the first connection that needs it, and most servers here need none."""
    file = folder / "lib/vtls/openssl.c"
    text, count = re.subn(r"OPENSSL_init_ssl\(flags, NULL\);", "(void)flags;",
                          file.read_text("utf-8"))
    if count != 1:
        raise Problem(f"{file} starts OpenSSL in another way now: see start_tls_when_needed()")
    file.write_text(text, "utf-8")


def build_curl(tools, source, folder):
    sign_plus_as_plus(folder)
    start_tls_when_needed(folder)
    places = [f"-DCMAKE_FIND_ROOT_PATH_MODE_{kind}=ONLY" for kind in ("INCLUDE", "LIBRARY",
                                                                      "PACKAGE")]
    # a system's name makes it a build for another machine, where nothing of this one is found
    tools.run(folder, "cmake", "-B", "made", "-DCMAKE_SYSTEM_NAME=Linux",
              f"-DCMAKE_SYSTEM_PROCESSOR={tools.machine['cpu']}", f"-DCMAKE_C_COMPILER={tools.cc}",
              *[f"-DCMAKE_{name.upper()}={shutil.which(tools.tool(name))}" for name in ("ar", "ranlib")],
              f"-DCMAKE_INSTALL_PREFIX={tools.root}", "-DCMAKE_INSTALL_LIBDIR=lib",
              f"-DCMAKE_FIND_ROOT_PATH={tools.root}", *places, "-DCMAKE_BUILD_TYPE=None",
              *[f"-D{choice}" for choice in CURL_CHOICES],
              *[f"-DCURL_DISABLE_{name}=ON" for name in CURL_WITHOUT])
    tools.make(folder / "made", "install")


# In the order in which they need each other.
LIBRARIES = {"musl": build_musl, "zlib": build_zlib, "libyaml": build_yaml, "cjson": build_cjson,
             "sqlite3": build_sqlite, "ncurses": build_ncurses, "nghttp2": build_nghttp2,
             "openssl": build_openssl, "curl": build_curl}
