"""Other people's readers on what we write, and other people's writers for us to read.

Reads one JSON object from stdin: `events` (MISP events of ours) and `bundles` (STIX bundles of ours).
Writes one JSON object: for each event what pymisp understood and the bundle that misp-stix makes of it,
for each bundle the tags of the events that misp-stix makes of it, and an event that pymisp wrote by itself.
"""

import json
import sys
import warnings

warnings.filterwarnings("ignore")

import misp_stix_converter as converter
from pymisp import MISPEvent, MISPObject
from stix2 import parse
from stix2validator import ValidationOptions, validate_string


def problems(text):
    found = validate_string(text, ValidationOptions(version="2.1"))
    return [str(error) for error in found.errors] if not found.is_valid else []


def read_event(event):
    """Loads an event with pymisp, and turns it into STIX with misp-stix."""
    loaded = MISPEvent()
    loaded.load(json.dumps(event))
    parser = converter.MISPtoSTIX21Parser()
    parser.parse_misp_event(json.loads(loaded.to_json()) if "Event" in event else event)
    bundle = parser.bundle.serialize()
    return {
        "uuid": loaded.uuid,
        "info": loaded.info,
        "distribution": loaded.distribution,
        "tags": [tag.name for tag in loaded.tags],
        "texts": [report.content for report in loaded.event_reports],
        "errors": [str(parser.errors)] if parser.errors else [],
        "problems": problems(bundle),
        "bundle": json.loads(bundle),
    }


def read_bundle(bundle):
    """Checks a bundle with stix2-validator, and turns it into an event with misp-stix."""
    text = json.dumps(bundle)
    parser = converter.ExternalSTIX2toMISPParser()
    parser.load_stix_bundle(parse(text, allow_custom=True))
    parser.parse_stix_bundle()
    events = parser.misp_events
    events = list(events) if isinstance(events, (list, tuple, set)) else [events]
    return {
        "problems": problems(text),
        "errors": [str(parser.errors)] if parser.errors else [],
        "tags": [[tag.name for tag in event.tags] for event in events],
    }


def made():
    """An event as pymisp writes it."""
    event = MISPEvent()
    event.info = "Letters to a newspaper"
    event.uuid = "5f6d2c1a-0001-4000-8000-0000000000aa"
    event.distribution = 1
    event.threat_level_id = 2
    event.analysis = 0
    event.set_date("2031-03-07")
    event.add_tag("tlp:green")
    event.add_attribute("ip-dst", "198.51.100.3", comment="where they came from")
    strict = event.add_attribute("text", "the third letter names a day", category="Other")
    strict.add_tag("tlp:amber+strict")
    person = MISPObject("person")
    person.add_attribute("full-name", "A. Sample")
    person.add_attribute("text", "editor")
    event.add_object(person)
    event.add_event_report("The letters", "Three letters came.", distribution=5)
    event.Orgc = {"name": "Alba", "uuid": "5f6d2c1a-0001-4000-8000-0000000000ab"}
    return json.loads(event.to_json())


def main():
    asked = json.load(sys.stdin)
    own = made()
    json.dump(
        {
            "events": [read_event(event) for event in asked["events"]],
            "bundles": [read_bundle(bundle) for bundle in asked["bundles"]],
            "made": own,
            "made_bundle": read_event(own)["bundle"],
        },
        sys.stdout,
    )


main()
