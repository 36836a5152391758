"""An impostor on the way, with the desktop's name in a certificate of his own making: what the terminal's client tells him."""

from __future__ import annotations

import json
from collections.abc import Sequence

from lab.errors import LabError
from lab.pki import Account
from lab.reach.view import open_view
from lab.verdict.screen_access import Entry
from lab.verify.marks import CheckError
from lab.verify.session import LabSession

FOLDER = "/run/sanso-impostor"
DEADLINE = 30.0  # seconds for one visit
# Answers RDP's connection request as a server that wants TLS does (MS-RDPBCGR 2.2.1.2), shakes hands, and counts what comes.
SERVER = """
import json, socket, ssl, sys
folder, visits = sys.argv[1], int(sys.argv[2])
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(folder + "/own.pem", folder + "/own.key")
listener = socket.create_server(("127.0.0.1", 0))
listener.settimeout(60)
print(json.dumps(listener.getsockname()[1]), flush=True)
for _ in range(visits):
    visitor, _ = listener.accept()
    visitor.settimeout(10)
    told = {"asked": len(visitor.recv(1024)), "hands": "", "bytes": 0}
    try:
        visitor.sendall(bytes.fromhex("030000130ed000001234000201080001000000"))
        inside = context.wrap_socket(visitor, server_side=True)
        told["hands"] = inside.version()
        told["bytes"] = len(inside.recv(1024))
        inside.close()
    except OSError as error:
        told["error"] = str(error)
    print(json.dumps(told), flush=True)
"""
MAKE = (
    "umask 077; mkdir -p {folder} && openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 1"
    " -subj /CN={name} -addext subjectAltName=DNS:{name} -keyout {folder}/own.key -out {folder}/own.pem 2> /dev/null"
)


def meets_an_impostor(session: LabSession, account: Account) -> Entry:
    """The client as delivered, and then one that checks nothing: only the second may tell the impostor anything.

    CheckError if the second doesn't either: then silence shows nothing.
    """
    channel = session.channel(account.terminal)
    name = session.plan.host(account.desk).names[0]
    try:
        channel.run(MAKE.format(folder=FOLDER, name=name)).check()
        with channel.stream(["python3", "-u", "-c", SERVER, FOLDER, "2"]) as tail:
            port = json.loads(tail.until(lambda _: True, DEADLINE))
            words = _visit(session, account, port, ())
            told = json.loads(tail.until(lambda line: line.startswith("{"), DEADLINE))
            _visit(session, account, port, ("/cert:ignore",))
            control = json.loads(tail.until(lambda line: line.startswith("{"), DEADLINE))
    except LabError as error:
        raise CheckError(f"the impostor on {account.terminal}: {error.message}") from error
    finally:
        channel.run(["rm", "-rf", FOLDER])
    if not control["bytes"]:
        raise CheckError(f"the impostor heard nothing from a client that checks nothing either: {control}")
    if not told["asked"]:
        raise CheckError(f"the client never came to the impostor: {words}")
    en = "with an impostor on the way, who shows a certificate of his own making"
    return Entry(en, "経路上のなりすましが自作の証明書を提示", bool(told["bytes"]), words)


def _visit(session: LabSession, account: Account, port: int, options: Sequence[str]) -> str:
    """The client's words when it has ended."""
    with open_view(
        session.channel(account.terminal), account.desk, "nothing", (f"/v:127.0.0.1:{port}", *options)
    ) as view:
        view.until(view.ended, DEADLINE)
        return view.reason()
