#!/bin/sh
# Lock requirements/*.in into requirements/*.txt: exact versions, hashes of every file, markers for every
# Python from 3.11 on and every system, and no address of any index.
set -eu

tool=$(mktemp -d)
trap 'rm -rf "$tool"' EXIT
"${PYTHON:-python3}" -m venv "$tool"
"$tool/bin/python" -m pip install --quiet uv

for name in main dev provider; do
    "$tool/bin/uv" pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
        --no-emit-index-url --no-emit-find-links --custom-compile-command 'make lock' \
        "requirements/$name.in" -o "requirements/$name.txt"
done
