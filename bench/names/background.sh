#!/bin/sh
# Makes crates/names/models/background.bin, plain.bin and their log anew.
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
for package in en@4.0.0 en-gb@3.0.0 fr@3.0.0 pl@2.0.0 ru@3.0.0 tr@2.0.0; do
    name=${package%@*}
    (cd "$work" && npm pack --silent "dictionary-$package" > /dev/null)
    mkdir -p "$work/$name"
    tar -xzf "$work/dictionary-$name-${package#*@}.tgz" -C "$work/$name" package/index.dic
    set -- "$@" "${name%-gb}=$work/$name/package/index.dic"
done
names=$1
shift
"$work/env/bin/python" "$here/plain.py" "$work/list/wordfreq/data" "$@" > "$work/plain.txt"
cd "$here/../.."
cargo run --quiet --release -p aldis-bench --bin names_background -- \
    --words "$work/words.tsv" --names "$names" --out crates/names/models/background.bin \
    --plain "$work/plain.txt" --plain-out crates/names/models/plain.bin \
    > crates/names/models/background.log
