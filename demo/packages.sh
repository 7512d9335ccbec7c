# shellcheck shell=bash
# Finds and installs missing packages of packages.txt. Sourced by demo/run and tests/run.

# Whether any of the NAMEs can be found, wherever it comes from.
# usage: is_there KIND NAME...
is_there() {
    local kind=$1 name
    shift
    for name; do
        case $kind in
        command) command -v "$name" ;;
        library) pkg-config --exists "$name" ;;
        module) /usr/bin/python3 -c "import $name" ;;
        file) [[ -e $name ]] ;;
        *) false ;;
        esac </dev/null >/dev/null 2>&1 && return
    done
    return 1
}

# Without a terminal nobody can type a password.
may_become_root() {
    ((EUID == 0)) && return
    command -v sudo >/dev/null || return
    sudo -n true 2>/dev/null || { [[ -t 0 ]] && sudo -v; }
}

as_root() {
    if ((EUID == 0)); then "$@"; else sudo "$@"; fi
}

# Debian starts the servers it installs: a Prometheus on port 9090 that nobody asked for. A policy
# prevents that during the installation, and `disable` at the next boot. An existing policy is kept.
# usage: install PACKAGE...
install() (
    policy=/usr/sbin/policy-rc.d daemons=() apt=(env DEBIAN_FRONTEND=noninteractive apt-get)
    [[ -t 1 ]] || apt+=(-qq)        # else apt tells how far it is
    if [[ ! -e $policy ]]; then
        trap 'as_root rm -f "$policy"' EXIT
        printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null
        as_root chmod 755 "$policy"
    fi
    as_root "${apt[@]}" update || echo "continuing with the package lists of this machine" >&2
    as_root "${apt[@]}" install -y --no-install-recommends "$@" || exit 1
    for package; do
        case $package in
        prometheus | prometheus-* | victoria-metrics | postgresql | redis-server) daemons+=("$package") ;;
        esac
    done
    if ((${#daemons[@]})) && [[ -d /run/systemd/system ]]; then
        as_root systemctl disable --quiet --now "${daemons[@]}"
    fi
)

# Installs the missing packages of the SECTIONs of packages.txt for PROGRAM, or says what is missing
# and what to do about it.
# usage: install_missing PROGRAM SECTION...
install_missing() {
    local program=$1 sections=" ${*:2} " installed section package kind names
    local missing=() sought=()
    installed=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' 2>/dev/null) || true
    while read -r section package kind names; do
        [[ $section && $sections == *" $section "* ]] || continue
        [[ " ${missing[*]} " != *" $package "* ]] || continue
        # shellcheck disable=SC2086
        grep -qxF "installed $package" <<<"$installed" || is_there "$kind" $names || {
            missing+=("$package")
            sought+=("$kind ${names// / or }")
        }
    done <"$(dirname "${BASH_SOURCE[0]}")/../packages.txt"
    ((${#missing[@]})) || return 0

    if ! command -v apt-get >/dev/null; then
        echo "$program needs the following, which it can install only on Debian:"
        printf '    %s\n' "${sought[@]}"
        return 1
    fi
    echo "$program needs to install these Debian packages: ${missing[*]}"
    may_become_root || {
        echo "That takes root or sudo. Ask an administrator to run:"
        echo "    apt-get update"
        echo "    apt-get install --no-install-recommends ${missing[*]}"
        return 1
    }
    install "${missing[@]}" || {
        echo "$program cannot continue: apt-get did not install them, for the reason above"
        return 1
    }
}
