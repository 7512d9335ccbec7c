#!/bin/bash
# usage: tests/format.sh [--fix] [ROOT]
# Whether every C file is laid out as .clang-format says; --fix lays them out.
set -euo pipefail

mode=(--dry-run -Werror)
if [[ ${1-} == --fix ]]; then
    mode=(-i)
    shift
fi
cd "${1:-$(dirname "$0")/..}"
find src tests -name '*.[ch]' -print0 | sort -z | xargs -0 clang-format "${mode[@]}"
