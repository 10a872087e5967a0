#!/bin/sh
# Install the course into .venv, or say in one sentence why it cannot be. Called by `make setup`.
#
# Quick when nothing changed: .venv/installed keeps a checksum of the pins, the Python and this folder.
# It is written last, so an interrupted installation is taken up again.
set -eu
cd "$(dirname "$0")/.."
python=${PYTHON:-python3}

fail() { echo "setup: $*" >&2; exit 1; }
may_apt() { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; }
apt_install() {
    may_apt || return 1
    export DEBIAN_FRONTEND=noninteractive LC_ALL=C
    apt-get install -qq -y --no-install-recommends "$@" >/dev/null 2>&1 </dev/null && return
    apt-get update -qq >/dev/null 2>&1 </dev/null || :  # a bare image has no package lists yet
    apt-get install -qq -y --no-install-recommends "$@" >/dev/null 2>&1 </dev/null
}

# The wall round student code. Without it grading takes the next wall there is, so this may fail; once is enough.
if [ "$(uname -s)" = Linux ] && ! command -v bwrap >/dev/null 2>&1; then
    if [ ! -e .venv/no-bubblewrap ] && (apt_install bubblewrap); then
        echo "setup: installed bubblewrap"
    else
        no_bubblewrap=1
        echo "setup: bubblewrap is missing (as root: apt-get install bubblewrap); going on without it"
    fi
fi

# The browser of tests/browser, which are skipped without one; so this may fail as well, once and in silence.
has() { command -v "$1" >/dev/null 2>&1; }
if [ "$(uname -s)" = Linux ] && [ ! -e .venv/no-chromium ] && ! has chromium && ! has chromium-browser && ! has google-chrome; then
    if (apt_install chromium); then echo "setup: installed Chromium"; else no_chromium=1; fi
fi

command -v "$python" >/dev/null 2>&1 ||
    fail "'$python' was not found; install Python 3.11 or newer, or name one: make setup PYTHON=python3.12"
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
    fail "'$python' is $("$python" -V 2>&1), the course needs 3.11 or newer; name one: make setup PYTHON=python3.12"

key=$({ cat pyproject.toml constraints.txt tools/setup.sh; "$python" -VV; pwd; } | cksum)
if [ "$(cat .venv/installed 2>/dev/null)" = "$key" ] && .venv/bin/python -c '' 2>/dev/null; then
    exit 0
fi

if ! "$python" -c 'import venv, ensurepip' >/dev/null 2>&1; then
    # Debian and Ubuntu keep venv in a package of its own, named after the version.
    version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    (apt_install "python$version-venv") || :
    "$python" -c 'import venv, ensurepip' >/dev/null 2>&1 ||
        fail "'$python' has no venv module; install it (Debian, Ubuntu: apt-get install python$version-venv)"
fi

rm -f .venv/installed
# Kept where it works and was made here with this Python, since pip then fetches only what differs.
made_by="$("$python" -VV) in $(pwd)"
if [ "$(cat .venv/made-by 2>/dev/null)" != "$made_by" ] || ! .venv/bin/python -m pip -V >/dev/null 2>&1; then
    "$python" -m venv --clear .venv || fail "could not make .venv; is the disk full or the folder read-only?"
    echo "$made_by" >.venv/made-by
fi
echo "setup: installing into .venv (a minute or two the first time)"
.venv/bin/python -m pip install -qq --no-input --disable-pip-version-check \
    -c constraints.txt -e '.[dev,cluster]' </dev/null ||
    fail "pip could not install the packages (its message is above); check the network and run make setup again"
# The proxy of the hub in tests/test_hub.py, which makes users of the system and so needs root; skipped without.
if [ "$(id -u)" = 0 ] && has npm && [ ! -e .venv/node_modules/.bin/configurable-http-proxy ]; then
    npm install --prefix .venv --no-save --no-audit --no-fund configurable-http-proxy@5.2.0 >/dev/null 2>&1 </dev/null ||
        echo "setup: npm could not install configurable-http-proxy; the hub's test is skipped"
fi
[ -z "${no_bubblewrap:-}" ] || : >.venv/no-bubblewrap
[ -z "${no_chromium:-}" ] || : >.venv/no-chromium
echo "$key" >.venv/installed
echo "setup: done"
