#!/bin/sh
# Makes crates/names/models/background.bin and its log anew.
# usage: background.sh NAMES.tsv   (lines that begin with a Latin and a native spelling of a name)
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/env"
"$work/env/bin/pip" install --quiet msgpack==1.1.0
"$work/env/bin/pip" download --quiet --no-deps --dest "$work" wordfreq==3.1.1
(cd "$work" && python3 -m zipfile -e wordfreq-3.1.1-py3-none-any.whl list)
"$work/env/bin/python" "$here/background.py" "$work/list/wordfreq/data" > "$work/words.tsv"
cd "$here/../.."
cargo run --quiet --release -p aldis-bench --bin names_background -- \
    --words "$work/words.tsv" --names "$1" --out crates/names/models/background.bin \
    > crates/names/models/background.log
