#!/bin/sh
# Make .venv (or another folder) where there is none, and install a lock file into it:
# venv.sh requirements/main.txt [folder]
set -eu

lock=$1
venv=${2:-.venv}
python=${PYTHON:-python3}

fail() {
    printf '%s\n' "$1" >&2
    exit 1
}

command -v "$python" >/dev/null 2>&1 ||
    fail "Python 3.11 or newer is needed, and there is no $python here. On Debian: apt-get install python3 python3-venv"
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
    fail "Python 3.11 or newer is needed; this is $("$python" --version). Name another one: make run PYTHON=python3.12"

# One whose Python was upgraded or moved away no longer starts; it is made anew.
if ! "$venv/bin/python" -m pip --version >/dev/null 2>&1; then
    "$python" -c 'import ensurepip, venv' 2>/dev/null ||
        fail "This Python cannot make virtual environments. On Debian: apt-get install python3-venv"
    rm -rf "$venv"
    "$python" -m venv "$venv"
fi

printf 'Installing %s ...\n' "$lock"
"$venv/bin/python" -m pip install -qq --require-hashes --no-deps -r "$lock" ||
    fail "The dependencies could not be installed; what pip says above tells why. Then run the same command again."
