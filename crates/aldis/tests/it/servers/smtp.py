"""A mail server that keeps its word or does not, by the name before the @ of the recipient.

smtp.py FOLDER plain|starttls|tls [CERT KEY]
Says "port N" when it listens, and writes what it took into FOLDER.
"""
import asyncio
import itertools
import pathlib
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

folder, mode = pathlib.Path(sys.argv[1]), sys.argv[2]
number = itertools.count()


class Handler:
    async def handle_RCPT(self, server, session, envelope, address, options):
        word = address.split("@")[0]
        if word == "never":
            return "550 5.1.1 no such mailbox"
        if word == "later":
            return "451 4.7.1 try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        word = envelope.rcpt_tos[0].split("@")[0]
        if word == "hang":
            await asyncio.sleep(3600)
        if word == "drop":
            server.transport.abort()
            return "250 never read"
        peer = "{}:{}".format(*session.peer)
        head = f"from {envelope.mail_from}\nto {envelope.rcpt_tos}\npeer {peer}\nhello {session.host_name}\n"
        head += f"tls {session.ssl is not None or mode == 'tls'}\nuser {session.authenticated}\n\n"
        path = folder / f"{next(number):04}"
        path.with_suffix(".part").write_bytes(head.encode() + envelope.content)
        path.with_suffix(".part").rename(path)
        if word == "lie":
            # The answer goes out, and the line goes dead.
            asyncio.get_running_loop().call_later(0.02, server.transport.abort)
        return "250 2.0.0 taken as " + path.name


def authenticate(server, session, envelope, mechanism, data):
    right = isinstance(data, LoginPassword) and (data.login, data.password) == (b"desk", b"s3cret")
    return AuthResult(success=right, handled=False)


context = None
if mode != "plain":
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(sys.argv[3], sys.argv[4])


def protocol():
    kwargs = dict(authenticator=authenticate, auth_require_tls=mode == "starttls", hostname="mail.test")
    if mode == "starttls":
        kwargs |= dict(tls_context=context, require_starttls=True)
    if mode != "plain":
        kwargs |= dict(auth_required=True)
    return SMTP(Handler(), **kwargs)


async def main():
    loop = asyncio.get_running_loop()
    server = await loop.create_server(protocol, "127.0.0.1", 0, ssl=context if mode == "tls" else None)
    print("port", server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)  # ends with whoever started it


asyncio.run(main())
