#!/bin/sh
# Makes a virtual environment in the folder $1, unless a working one is there, with the first Python of $PYTHON
# (one name or several; by default the usual ones, newest first) that runs, is 3.11 or newer, and can make environments.
set -eu

folder=$1
candidates=${PYTHON:-python3.13 python3.12 python3.11 python3}

say() { echo "$*" >&2; }
is_new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }
# Debian ships Python without ensurepip; its venv module then starts well and fails half-way.
can_make_environments() { "$1" -c 'import ensurepip, venv' >/dev/null 2>&1; }

if "$folder/bin/python" -m pip --version >/dev/null 2>&1; then
    exit 0
fi

# A name on the PATH proves nothing (version managers put stubs there that only complain), so each one is run.
python=
for candidate in $candidates; do
    is_new_enough "$candidate" || continue
    if can_make_environments "$candidate"; then
        python=$candidate
        break
    fi
    python=${python:-$candidate}
done

if [ -z "$python" ]; then
    say "Pyrometer needs Python 3.11 or newer; tried: $candidates."
    say "Install one, or say where it is: make setup PYTHON=/path/to/python3"
    exit 1
fi

if ! can_make_environments "$python"; then
    package=$("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        say "$python cannot make virtual environments yet: installing $package ..."
        export DEBIAN_FRONTEND=noninteractive
        apt-get install --yes --no-install-recommends "$package" >/dev/null 2>&1 || {
            apt-get update >/dev/null && apt-get install --yes --no-install-recommends "$package" >/dev/null
        } || say "apt-get could not install $package."
    fi
    if ! can_make_environments "$python"; then
        say "$python cannot make virtual environments: its ensurepip module is missing."
        say "On Debian and Ubuntu: sudo apt-get install $package"
        exit 1
    fi
fi

say "Making $folder with $("$python" --version) ..."
"$python" -m venv --clear "$folder"
