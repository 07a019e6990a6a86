"""Reads and checks a bundle with stix2 and stix2-validator, in seconds of the processor."""

import json
import os
import sys
import time

import stix2
from stix2validator import ValidationOptions, validate_instance


def row(what, size, run):
    begin = time.process_time()
    run()
    took = time.process_time() - begin
    load = open("/proc/loadavg", encoding="ascii").read().split()[0]
    print(f"{what:<46} {size / took:>9.2f} {'':>9} {load:>6}", flush=True)


path = sys.argv[1]
text = open(path, encoding="utf-8").read()
size = os.path.getsize(path) / 1e6
row("python json", size, lambda: json.loads(text))
row("stix2, read", size, lambda: stix2.parse(text, allow_custom=True))
bundle = json.loads(text)
# A tenth of the objects: it takes some seconds a megabyte.
part = {"type": "bundle", "id": bundle["id"], "objects": bundle["objects"][::10]}
options = ValidationOptions(version="2.1")
row("stix2-validator, a tenth of the objects", len(json.dumps(part)) / 1e6, lambda: validate_instance(part, options))
