# shellcheck shell=bash
# Completion of ragtop for bash: the program itself says what may stand next.

_ragtop() {
    local typed=${COMP_LINE:0:COMP_POINT} words=() current='' line lead
    read -ra words <<<"$typed"
    if [[ $typed == *[[:space:]] ]]; then
        words+=('')
    fi
    current=${words[${#words[@]} - 1]}
    lead=${current%"$2"}        # bash completes only what is behind the last = or :
    COMPREPLY=()
    while IFS= read -r line; do
        if [[ $line == :files ]]; then
            compopt -o filenames 2>/dev/null
            while IFS= read -r line; do
                COMPREPLY+=("$line")
            done < <(compgen -f -- "$2")
        else
            line=${line%%$'\t'*}
            COMPREPLY+=("${line#"$lead"}")
        fi
    done < <(printf '%s\0' "${words[@]:1}" | "$1" complete 2>/dev/null)
}

complete -F _ragtop ragtop
