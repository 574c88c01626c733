#!/bin/sh
# Make ./.venv: a Python from 3.12 to 3.14 with exactly what requirements.lock names. Does nothing when nothing changed.
# Reads: PYTHON (the interpreter to take). Asks nothing, needs no HOME, and says on stderr what it does.
set -eu
cd "$(dirname "$0")/.."

UV_VERSION=0.13.9
VENV="$PWD/.venv"
TOOLS="$PWD/.tools"
STAMP="$VENV/.bootstrapped"

# The stamp also names the folder: programs inside a moved .venv still point at the old place.
wanted="$(cksum <requirements.lock) uv $UV_VERSION $PWD"
if [ -x "$VENV/bin/python" ] && [ "$(cat "$STAMP" 2>/dev/null)" = "$wanted" ]; then exit 0; fi

say() { echo "bootstrap: $*" >&2; }
fail() { say "$*"; exit 1; }

if [ -z "${HOME:-}" ]; then
    HOME=$(getent passwd "$(id -u)" 2>/dev/null | cut -d: -f6)
fi
if [ ! -w "${HOME:-/nowhere}" ]; then HOME="$TOOLS/home"; fi    # for caches, and a Python that uv brings
export HOME
export UV_LINK_MODE="${UV_LINK_MODE:-copy}"       # hard links fail between file systems
export UV_SYSTEM_CERTS="${UV_SYSTEM_CERTS:-1}"    # a company's proxy signs with a certificate only the system knows
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore

# True when "$1" really runs (a pyenv shim may refuse) and is new enough, with the modules a desk needs.
suits() {
    "$1" -c 'import sqlite3, ssl, sys, venv; sys.exit(not (3, 12) <= sys.version_info[:2] <= (3, 14))' >/dev/null 2>&1
}

candidates() {
    echo "${PYTHON:-}"
    for version in 3.13 3.12 3.14; do
        echo "python$version"
        for folder in /usr/local/bin /usr/bin /opt/homebrew/bin; do echo "$folder/python$version"; done
        for root in "${PYENV_ROOT:-}" "$HOME/.pyenv" /opt/pyenv /usr/local/pyenv; do
            [ -z "$root" ] || for python in "$root/versions/$version"*/bin/python3; do echo "$python"; done
        done
        for python in "$HOME/.local/share/uv/python/cpython-$version"*/bin/python3; do echo "$python"; done
    done
    echo python3
    echo python
}

find_python() {
    candidates | while IFS= read -r candidate; do
        if [ -n "$candidate" ] && suits "$candidate"; then
            "$candidate" -c 'import sys; print(sys.executable)'
            break
        fi
    done
}

as_root_with_apt() { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; }

python_from_apt() {
    say "no Python 3.12 to 3.14 here: asking apt"
    apt-get update -qq >/dev/null 2>&1 </dev/null || true
    for version in 3.13 3.12 3.14; do
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
            "python$version" "python$version-venv" ca-certificates >/dev/null 2>&1 </dev/null || continue
        find_python
        return
    done
}

# Prints a uv that runs: the one on PATH, or one put into .tools by any Python 3 with pip.
find_uv() {
    if command -v uv >/dev/null 2>&1 && uv --version >/dev/null 2>&1; then command -v uv; return; fi
    if "$TOOLS/uv/bin/uv" --version 2>/dev/null | grep -q "^uv $UV_VERSION"; then echo "$TOOLS/uv/bin/uv"; return; fi
    for python in "$PY" python3 /usr/bin/python3; do
        [ -n "$python" ] || continue
        rm -rf "$TOOLS/uv"
        if "$python" -m venv "$TOOLS/uv" >/dev/null 2>&1; then
            "$TOOLS/uv/bin/python" -m pip install -q "uv==$UV_VERSION" >/dev/null 2>&1 || continue
        else
            rm -rf "$TOOLS/uv"
            "$python" -m pip install -q --target "$TOOLS/uv" "uv==$UV_VERSION" >/dev/null 2>&1 || continue
        fi
        if "$TOOLS/uv/bin/uv" --version >/dev/null 2>&1; then echo "$TOOLS/uv/bin/uv"; return; fi
    done
}

install_with_uv() {
    suits "$VENV/bin/python" || "$UV" venv -q --clear --python "$PY" "$VENV" || return 1
    "$UV" pip sync -q --python "$VENV/bin/python" --require-hashes requirements.lock
}

install_with_pip() {
    "$PY" -m venv --clear "$VENV" && "$VENV/bin/python" -m pip install -q --require-hashes -r requirements.lock
}

PY=$(find_python)
if [ -z "$PY" ] && as_root_with_apt; then PY=$(python_from_apt); fi
UV=$(find_uv)
if [ -z "$PY" ] && [ -n "$UV" ]; then
    say "no Python 3.12 to 3.14 here: asking uv for one"
    PY=$("$UV" python install 3.13 >&2 && "$UV" python find --managed-python 3.13) || PY=
fi
[ -n "$PY" ] || fail "no Python 3.12, 3.13 or 3.14 was found or could be installed; install one, or name it: PYTHON=/path/to/python3.13 make run"

rm -f "$STAMP"
say "installing with $("$PY" -V) ($PY)"
if [ -z "$UV" ]; then
    say "uv could not be had: using pip, which is slower"
    install_with_pip || fail "the packages of requirements.lock could not be installed (see above)"
elif ! install_with_uv; then
    say "uv did not manage: trying pip with the same lock"
    install_with_pip || fail "the packages of requirements.lock could not be installed (see above)"
fi
printf %s "$wanted" >"$STAMP"
say "ready"
