# shellcheck shell=bash
# Long steps that end with the script and show their progress. Sourced by demo/run and tests/run.

end_jobs() {
    local group
    for group in $(jobs -p); do
        kill -TERM -- "-$group" 2>/dev/null
    done
    wait
}

# On a signal, first everything begun with `start` ends, then the script.
end_on_signals() {
    trap 'end_jobs; exit 129' HUP
    trap 'end_jobs; exit 130' INT
    trap 'end_jobs; exit 143' TERM
}

# Starts a command or function as a job in the background, a process group of its own.
start() {
    set -m
    "$@" &
    set +m
}

# Runs it and waits. Unlike with a foreground command, bash handles a signal at once.
run() {
    start "$@"
    wait "$!"
}

# Builds a configured folder; all output goes to the file LOG too.
# usage: compile FOLDER LOG [NINJA_ARGUMENT...]
compile() {
    local folder=$1 log=$2 ninja
    ninja=$(command -v ninja || command -v ninja-build || command -v samu) || {
        echo "there is no ninja" >"$log"
        return 1
    }
    "$ninja" -C "$folder" "${@:3}" 2>&1 | tee "$log"
    return "${PIPESTATUS[0]}"
}

# Shows only the progress of ninja's lines `[n/m] ...`: on a terminal in one line that is rewritten,
# otherwise in a line per quarter.
# usage: COMMAND | show_steps WHAT
show_steps() {
    local line step='^\[([0-9]+)/([0-9]+)\]' quarter last=0
    while IFS= read -r line; do
        [[ $line =~ $step ]] || continue
        if [[ -t 1 ]]; then
            printf '\r%s %s\e[K' "$1" "${BASH_REMATCH[0]}"
            last=1
        else
            quarter=$((4 * BASH_REMATCH[1] / BASH_REMATCH[2]))
            ((quarter == last)) || echo "$1: $((quarter * 25)) %"
            last=$quarter
        fi
    done
    [[ ! -t 1 || $last == 0 ]] || echo
}

# The errors in the LOG of a build: meson's, or those of compilers, without progress and commands.
# usage: complaints LOG
complaints() {
    grep -m1 -A9 'ERROR: ' "$1" ||
        grep -vE '^\[[0-9]+/[0-9]+\]|^(cc|gcc|clang) ' "$1" | tail -n 60
    echo "full log: $1"
}
