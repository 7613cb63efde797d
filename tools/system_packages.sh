#!/bin/sh
# See that the programs which the tests start are here: a browser and PostgreSQL's server.
# As root on Debian, install what is missing; elsewhere say what to install, and fail.
set -eu

missing=
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null 2>&1 ||
    missing="$missing postgresql"
command -v chromium-headless-shell >/dev/null 2>&1 || command -v chromium >/dev/null 2>&1 ||
    missing="$missing chromium-headless-shell"
"${PYTHON:-python3}" -c 'import ensurepip, venv' >/dev/null 2>&1 || missing="$missing python3-venv"
[ -n "$missing" ] || exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    printf 'Installing%s ...\n' "$missing"
    apt-get update -qq
    # Older systems have it in one package with the windows.
    apt-cache show chromium-headless-shell >/dev/null 2>&1 || missing=$(echo "$missing" | sed s/-headless-shell//)
    # shellcheck disable=SC2086 # each word is a package
    DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends $missing >/dev/null
    exit 0
fi

printf 'The tests need more of this system. Install it, then run the same command again:\n    apt-get install%s\n' \
    "$missing" >&2
exit 1
