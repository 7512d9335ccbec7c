# Completion of ragtop for fish: the program itself says what may stand next.

function __ragtop_offers
    set -l words (commandline -opc)
    set -l program $words[1]
    set -e words[1]
    set -l current (commandline -ct)
    for line in (printf '%s\0' $words "$current" | command $program complete 2>/dev/null)
        if test "$line" != :files
            printf '%s\n' $line
        else if set -l lead (string match -r -- '^--[^=]*=' "$current")
            set -l length (string length -- $lead)
            for path in (__fish_complete_path (string sub -s (math $length + 1) -- "$current"))
                printf '%s%s\n' $lead $path
            end
        else
            __fish_complete_path "$current"
        end
    end
end

complete -c ragtop -f -k -a '(__ragtop_offers)'
