"""Times stix2-matcher: reads a work order on stdin, prints one JSON object.

Not optimised and not slowed: patterns are compiled once, observations are parsed once.
"""
import json
import sys
import time

from stix2matcher.matcher import Pattern

order = json.load(sys.stdin)
start = time.process_time()
patterns = [Pattern(text, "2.1") for text in order["patterns"]]
compile_s = time.process_time() - start
bundles = [json.loads(text) for text in order["observations"]]
matched = 0
start = time.process_time()
for bundle in bundles:
    for pattern in patterns:
        matched += bool(pattern.match([bundle]))
match_s = time.process_time() - start
json.dump({"compile_s": compile_s, "match_s": match_s, "matched": matched}, sys.stdout)
