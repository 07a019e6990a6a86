"""Uses a server as its users do: with taxii2-client and stix2 as they come from PyPI."""

import json
import sys
from datetime import datetime, timedelta, timezone

import requests
import stix2
from taxii2client.common import TokenAuth
from taxii2client.exceptions import AccessError
from taxii2client.v21 import ApiRoot, Collection, Server, as_pages

url, user, password, token, both, read = sys.argv[1:]

server = Server(f"{url}/taxii2/", user=user, password=password)
assert server.title == "Northport", server.title
root = server.default
assert root.url == f"{url}/taxii2/desk/", root.url
assert isinstance(root.max_content_length, int) and root.versions == ["application/taxii+json;version=2.1"]
found = {collection.id: collection for collection in root.collections}
assert set(found) == {both, read}
assert found[both].can_read and found[both].can_write and not found[read].can_write
collection = found[both]

by_token = Collection(collection.url, auth=TokenAuth(token))
assert by_token.title == "Shared"

# More objects than fit on ten pages, in several additions; stix2 writes some of them.
identity = stix2.Identity(name="Alba Watch", identity_class="organization")


def indicator(number):
    return {
        "type": "indicator", "spec_version": "2.1",
        "id": f"indicator--00000000-0000-4000-8000-{number:012d}",
        "created": "2024-01-01T00:00:00.000Z", "modified": "2024-01-01T00:00:00.000Z",
        "created_by_ref": identity.id, "pattern": f"[ipv4-addr:value = '10.0.{number // 256}.{number % 256}']",
        "pattern_type": "stix", "valid_from": "2024-01-01T00:00:00Z",
        "object_marking_refs": [stix2.TLP_AMBER.id],
    }


BY_STIX2 = 100
sent = {identity.id: identity.serialize()}
for number in range(10_100):
    made = indicator(number)
    sent[made["id"]] = stix2.parse(made).serialize() if number < BY_STIX2 else json.dumps(made)
texts = list(sent.values())
for start in range(0, len(texts), 2_500):
    part = texts[start:start + 2_500]
    status = collection.add_objects('{"objects": [' + ",".join(part) + "]}")
    assert status.status == "complete" and status.failure_count == 0, status.failures[:3]
    assert status.success_count == len(part) and len(status.successes) == len(part)
    again = root.get_status(status.id)
    assert again.success_count == len(part) and len(again.successes) == len(part)

# An observable without spec_version, and an object that is none.
status = collection.add_objects(
    '{"objects": [{"type": "url", "id": "url--00000000-0000-4000-8000-000000000000", "value": "https://a.example/"}, {"type": "indicator"}]}'
)
assert status.success_count == 1 and status.failure_count == 1 and status.failures[0]["message"]

got = {}
for page in as_pages(collection.get_objects, per_request=1_000):
    for thing in page.get("objects", []):
        assert thing["id"] not in got, "shown twice"
        got[thing["id"]] = thing
assert len(got) == len(sent) + 1, len(got)
for number, (key, text) in enumerate(sent.items()):
    assert got[key] == json.loads(text), key
    if number < BY_STIX2:
        assert stix2.parse(got[key]).serialize() == text, key

# Manifest pages end, too.
lines = [line for page in as_pages(collection.get_manifest, per_request=900) for line in page.get("objects", [])]
assert len(lines) == len(got)
dates = [line["date_added"] for line in lines]
assert dates == sorted(set(dates)), "dates rise"

newest = stix2.parse(got["indicator--00000000-0000-4000-8000-000000000007"]).new_version(name="seven")
assert collection.add_objects('{"objects": [' + newest.serialize() + "]}").success_count == 1
one = collection.get_object(newest.id)
assert [thing["name"] for thing in one["objects"]] == ["seven"]
assert len(collection.get_object(newest.id, version="all")["objects"]) == 2
assert len(collection.object_versions(newest.id)["versions"]) == 2
filtered = collection.get_objects(type="identity", added_after="2020-01-01T00:00:00Z")
assert [thing["id"] for thing in filtered["objects"]] == [identity.id]
assert collection.get_objects(type="malware") == {}
collection.delete_object(newest.id, version="last")
assert len(collection.object_versions(newest.id)["versions"]) == 1

# The data source of stix2 asks in its own way.
source = stix2.TAXIICollectionSource(collection)
assert source.get(identity.id).name == "Alba Watch"
assert len(source.query([stix2.Filter("type", "=", "identity")])) == 1

# Refusals.
try:
    found[read].add_objects('{"objects": []}')
    raise SystemExit("added to a collection that can only be read")
except AccessError:
    pass
for wrong in ({"user": user, "password": "wrong"}, {"user": "nobody", "password": password}, {}):
    try:
        Server(f"{url}/taxii2/", **wrong).title
        raise SystemExit(f"let in: {wrong}")
    except requests.exceptions.HTTPError as error:
        assert error.response.status_code == 401
        assert error.response.json()["title"] and error.response.headers["WWW-Authenticate"]
for path, status in (("desk/nowhere/", 404), (f"desk/collections/{both}/objects/?limit=0", 400)):
    reply = requests.get(f"{url}/taxii2/{path}", auth=(user, password), timeout=30)
    assert reply.status_code == status and reply.json()["title"], path
    assert reply.headers["Content-Type"] == "application/taxii+json;version=2.1"

# The requests that OpenCTI's connector makes: filters are kept in one place, `added_after` is dropped at the
# first `next`, and the last cursor comes again with the next poll.
def connector(server_of, title, filters):
    one_root = next(one for one in server_of.api_roots if one.url.split("/")[-2] == "desk")
    one = next(one for one in one_root.collections if one.title == title)
    objects, page = [], one.get_objects(**filters)
    assert "spec_version" in page["objects"][0], "the connector would take it for TAXII 2.0"
    while True:
        objects.extend(page["objects"])
        if page.get("more") is not True:
            return objects
        filters.pop("added_after", None)
        filters["next"] = page["next"]
        page = one.get_objects(**filters)


titles = [one.title for one in root.collections]
tool = Server(f"{url}/taxii2/", auth=TokenAuth(token))
filters = {"limit": 1_000, "added_after": datetime.now() - timedelta(hours=24)}
first = connector(tool, titles[0], filters)
assert len({thing["id"] for thing in first}) == len(first) > 10_000, len(first)
late = indicator(20_000)
assert collection.add_objects(json.dumps({"objects": [late]})).success_count == 1
filters["added_after"] = datetime.now(timezone.utc) - timedelta(minutes=1)
assert late["id"] in {thing["id"] for thing in connector(tool, titles[0], filters)}

print("all done")
