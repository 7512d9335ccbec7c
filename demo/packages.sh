# Installing Debian packages without starting what they bring. Sourced by demo/run and tests/run.

as_root() {
    if ((EUID == 0)); then "$@"; else sudo "$@"; fi
}

# Debian starts what it installs: a Prometheus on port 9090 that nobody asked for. The policy holds
# it back, `disable` keeps it off at the next boot. Both concern only what is installed here, and
# a policy that exists already is left as it is.
#
# usage: install_missing PACKAGE...   does nothing where there is no dpkg
install_missing() {
    local package missing=() daemons=() policy=/usr/sbin/policy-rc.d guarded=
    command -v dpkg-query >/dev/null || return 0
    for package; do
        dpkg-query -W -f '${db:Status-Status}\n' "$package" 2>/dev/null | grep -qx installed ||
            missing+=("$package")
    done
    ((${#missing[@]})) || return 0

    echo "installing: ${missing[*]}"
    if [[ ! -e $policy ]]; then
        printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null
        as_root chmod 755 "$policy"
        guarded=yes
        trap 'as_root rm -f /usr/sbin/policy-rc.d' EXIT
    fi
    as_root env DEBIAN_FRONTEND=noninteractive apt-get update -qq
    as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get install -qq -y --no-install-recommends "${missing[@]}"
    if [[ $guarded ]]; then
        as_root rm -f "$policy"
        trap - EXIT
    fi
    for package in "${missing[@]}"; do
        case $package in
        prometheus | prometheus-alertmanager | victoria-metrics) daemons+=("$package") ;;
        esac
    done
    if ((${#daemons[@]})) && [[ -d /run/systemd/system ]]; then
        as_root systemctl disable --quiet --now "${daemons[@]}"
    fi
}

# Runs a command quietly, and shows what it wrote only if it fails.
quietly() {
    local output
    output=$("$@" 2>&1) || { printf '%s\n' "$output"; return 1; }
}
