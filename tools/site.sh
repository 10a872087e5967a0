#!/bin/sh
# Build the website into build/site (or, with --answers, the instructors' edition into build/site-answers).
# Called by `make site`. Needs npm, for MathJax: the pages fetch nothing from elsewhere.
set -eu
cd "$(dirname "$0")/.."
answers=${1:-}
site=build/site${answers:+-answers}
book=build/book${answers:+-answers}
tools=build/site-tools

fail() { echo "site: $*" >&2; exit 1; }
command -v npm >/dev/null 2>&1 || fail "npm was not found; install Node.js (Debian, Ubuntu: apt-get install npm)"

# Sphinx and its themes need older packages than the course: they live in a folder of their own.
key=$(cksum <book/requirements.txt)
if [ "$(cat $tools/installed 2>/dev/null)" != "$key" ]; then
    echo "site: installing jupyter-book into $tools"
    .venv/bin/python -m venv --clear $tools
    $tools/bin/python -m pip install -qq --no-input --disable-pip-version-check -r book/requirements.txt </dev/null ||
        fail "pip could not install jupyter-book (its message is above)"
    (cd $tools && npm pack --silent mathjax@3.2.2 >/dev/null && tar -xzf mathjax-3.2.2.tgz) ||
        fail "npm could not fetch MathJax; check the network and run make site again"
    echo "$key" >$tools/installed
fi

rm -rf "$book"
.venv/bin/autograder book --out "$book" ${answers:+--answers} ${REPOSITORY:+--repository "$REPOSITORY"}
$tools/bin/jupyter-book build --quiet --warningiserror --keep-going "$book" >build/site.log 2>&1 ||
    { tail -30 build/site.log >&2; fail "the book was not built; the whole log is in build/site.log"; }
rm -rf "$site"
mv "$book/_build/html" "$site"
cp -r $tools/package/es5 "$site/_static/mathjax"  # not before: Sphinx adds ?v=…, which MathJax takes for a file
.venv/bin/autograder book --check "$site"
echo "site: open $site/index.html"
