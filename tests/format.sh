#!/bin/sh
# usage: tests/format.sh [--fix] [ROOT]
# Whether every C file is laid out as .clang-format says; --fix lays them out.
set -eu

fix=
if [ "${1-}" = --fix ]; then
    fix=yes
    shift
fi
cd "${1:-$(dirname "$0")/..}"
if [ "$fix" ]; then set -- -i; else set -- --dry-run -Werror; fi
find src tests -name '*.[ch]' -exec clang-format "$@" {} +
