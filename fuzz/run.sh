#!/bin/sh
# Runs one target on stable Rust: ./run.sh cap 60
set -eu
cd "$(dirname "$0")"
target=${1:?a target: article, mail, feed, cap, exchange, stix, pattern, taxii, misp, names, screen, print or note}
seconds=${2:-60}
seeds=../vectors
case $target in
article) seeds="../vectors/accepted/html ../vectors/rejected/html" ;;
names | screen | print | note) seeds="" ;;
*) seeds="../vectors/accepted/$target ../vectors/rejected/$target" ;;
esac
mkdir -p "corpus/$target" "artifacts/$target"
export RUSTFLAGS="--cfg fuzzing -Cpasses=sancov-module \
-Cllvm-args=-sanitizer-coverage-level=4 \
-Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
-Cllvm-args=-sanitizer-coverage-pc-table \
-Cllvm-args=-sanitizer-coverage-trace-compares"
# The host is named so that build scripts are not instrumented.
host=$(rustc -vV | sed -n 's/^host: //p')
# shellcheck disable=SC2086 # a list of folders
exec cargo run --release --target "$host" --bin "$target" -- \
    -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -max_len=16384 \
    -artifact_prefix="artifacts/$target/" "corpus/$target" $seeds
