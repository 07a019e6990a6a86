"""A receiver of webhooks that checks signatures by libraries of its own.

hook.py FOLDER PUBLIC_KEY [SECRET|-] [CERT KEY]
Says "port N" when it listens. Writes a JSON line for each request into FOLDER/requests. What it answers
is asked for by the path.
"""
import base64
import http.server
import json
import pathlib
import ssl
import sys
import time

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

try:
    import standardwebhooks
except ImportError:
    standardwebhooks = None

log = pathlib.Path(sys.argv[1]) / "requests"
public = Ed25519PublicKey.from_public_bytes(base64.b64decode(sys.argv[2].removeprefix("whpk_")))
secret = sys.argv[3] if len(sys.argv) > 3 and sys.argv[3] != "-" else None


def by_public_key(headers, body):
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    for value in headers["webhook-signature"].split(" "):
        version, _, signature = value.partition(",")
        if version == "v1a":
            try:
                public.verify(base64.b64decode(signature), signed)
                return True
            except InvalidSignature:
                return False
    return False


def by_library(headers, body):
    """None: there is no such library here, or no secret."""
    if standardwebhooks is None or secret is None:
        return None
    hook = standardwebhooks.Webhook(secret)
    # The exercise's clock is not the machine's: its tolerance of five minutes is not what is tested.
    hook._Webhook__verify_timestamp = lambda _: standardwebhooks.webhooks.datetime.fromtimestamp(
        float(headers["webhook-timestamp"]), tz=standardwebhooks.webhooks.timezone.utc
    )
    try:
        hook.verify(body, dict(headers))
        return True
    except standardwebhooks.WebhookVerificationError:
        return False


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        line = {
            "path": self.path,
            "headers": {name.lower(): value for name, value in self.headers.items()},
            "body": body.decode(),
            "v1a": by_public_key(self.headers, body),
            "v1": by_library(self.headers, body),
            "peer": self.client_address[1],
        }
        with log.open("a") as file:
            file.write(json.dumps(line) + "\n")
        word = self.path.strip("/").split("/")[0]
        if word == "hang":
            time.sleep(3600)
        elif word == "drop":
            self.close_connection = True
        elif word == "big":
            self.answer(200, b"x" * 10_000_000)
        elif word == "drip":
            self.send_response(200)
            self.send_header("content-length", "1000000")
            self.end_headers()
            while True:
                self.wfile.write(b".")
                self.wfile.flush()
                time.sleep(0.2)
        elif word == "away":
            self.answer(302, b"", ("location", "http://127.0.0.1:9/"))
        elif word.isdigit():
            self.answer(int(word), b"as asked")
        else:
            self.answer(200, b"taken\x1b[2J\n")

    def answer(self, status, body, *headers):
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        try:
            self.wfile.write(body)
        except OSError:
            self.close_connection = True

    def log_message(self, *args):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
server.daemon_threads = True
if len(sys.argv) > 5:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(sys.argv[4], sys.argv[5])
    server.socket = context.wrap_socket(server.socket, server_side=True)
import threading

threading.Thread(target=server.serve_forever, daemon=True).start()
print("port", server.server_address[1], flush=True)
sys.stdin.read()
