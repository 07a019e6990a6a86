"""The TAXII server of OASIS with one empty collection, for `admin` with the password `Password0`.

taxii.py FOLDER COLLECTION
Says "port N" when it listens.
"""
import json
import logging
import os
import pathlib
import sys
import threading

from medallion import application_instance, register_blueprints, set_config
from werkzeug.serving import make_server

folder, collection = pathlib.Path(sys.argv[1]), sys.argv[2]
logging.disable(logging.CRITICAL)
server = make_server("127.0.0.1", 0, application_instance, threaded=True)
root = f"http://127.0.0.1:{server.port}/b/"
data = {
    "/discovery": {"title": "B", "default": root, "api_roots": [root]},
    "b": {
        "information": {"title": "B", "versions": ["application/taxii+json;version=2.1"],
                        "max_content_length": 9_765_625},
        "status": [],
        "collections": [{"id": collection, "title": "B", "can_read": True, "can_write": True,
                         "media_types": ["application/stix+json;version=2.1"], "objects": [], "manifest": []}],
    },
}
(folder / "data.json").write_text(json.dumps(data))
backend = {"module": "medallion.backends.memory_backend", "module_class": "MemoryBackend",
           "filename": str(folder / "data.json")}
config = {"backend": backend, "users": {"admin": "Password0"}, "taxii": {"max_page_size": 100}}
for name in ("users", "taxii", "backend"):
    set_config(application_instance, name, config)
register_blueprints(application_instance)
threading.Thread(target=server.serve_forever, daemon=True).start()
print(f"port {server.port}", flush=True)
sys.stdin.read()
os._exit(0)
