"""Log senders and stores that are not theirs: each distinct setting of the senders is tried at stores made for it."""

from __future__ import annotations

import json
import re
import secrets
from dataclasses import dataclass

from lab.pki import Purpose
from lab.reach import Channel
from lab.record import Verdict
from lab.verdict.sender import AtStores, Met, Sender, gives_to_its_store_alone
from lab.verify.ahead import Question
from lab.verify.judge import give, settle
from lab.verify.lent import lent, of_a_public_authority, unlisted
from lab.verify.marks import CheckError
from lab.verify.planned import of_application
from lab.verify.session import LabSession

CONFIGURATION = "/etc/rsyslog.conf"
TRUSTED = "/etc/sanso/log_client/ca.pem"
SERVICE = "/etc/sanso/services/rsyslog"
# what the daemon was started with, when, and when its files were changed: seconds since 1970
READ = (
    f"pid=$(s6-svstat -o pid {SERVICE}) && [ \"$pid\" -gt 0 ] || exit 3; tr '\\0' ' ' </proc/$pid/cmdline; echo; "
    f'echo $(($(date +%s) - $(ps -o etimes= -p "$pid"))) $(stat -c %Y {CONFIGURATION} {TRUSTED}); '
    f"cat {TRUSTED}; echo '-- settings'; cat {CONFIGURATION}"
)
NOT_RUNNING = 3
RIGHT = "right"
FALSE = {
    "other": ("a certificate of the lab with another host's name", "別ホスト名のラボの証明書"),
    "public": (
        "a certificate of a public-looking authority with the store's name",
        "公的認証局に見える認証局が発行した保管サーバ名の証明書",
    ),
}
# Stores on loopback, one per certificate, and per store the sender's own program with the sender's own settings, aimed there.
# Ends when the right one has the record and every other one has seen a connection end, or after eight seconds.
PROGRAM = """
import json, os, socket, ssl, subprocess, sys, tempfile, threading, time
asked = json.load(sys.stdin)
word, until, told, daemons = asked["word"].encode(), time.monotonic() + 8, {}, []

def serve(listener, context, seen):
    while True:
        try:
            visitor, _ = listener.accept()
        except OSError:
            return
        seen["came"] = True
        visitor.settimeout(5)
        try:
            with context.wrap_socket(visitor, server_side=True) as inside:
                heard = b""
                while piece := inside.recv(65536):
                    heard += piece
                    if word in heard:
                        seen["took"] = True
                        break
        except OSError as error:
            seen["said"] = str(error)
        seen["ended"] = True

with tempfile.TemporaryDirectory(prefix="sanso-stores.", dir="/run") as top:
    for name, pem in asked["stores"].items():
        folder = os.path.join(top, name)
        os.mkdir(folder, 0o700)
        with open(folder + "/store.pem", "w") as file:
            file.write(pem)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(folder + "/store.pem")
        listener = socket.create_server(("127.0.0.1", 0))
        seen = told[name] = {"came": False, "took": False, "said": "", "ended": False}
        threading.Thread(target=serve, args=(listener, context, seen), daemon=True).start()
        with open(folder + "/rsyslog.conf", "w") as file:
            file.write(asked["settings"].replace("@PORT@", str(listener.getsockname()[1])).replace("@FOLDER@", folder))
        daemons.append(subprocess.Popen(
            ["rsyslogd", "-n", "-i", "NONE", "-f", folder + "/rsyslog.conf"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        ))
    try:
        for name in asked["stores"]:
            while not os.path.exists(f"{top}/{name}/log") and time.monotonic() < until:
                time.sleep(0.01)  # a look each time: a socket file that appears tells nobody
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as teller:
                teller.sendto(b"<13>sanso-check: " + word, f"{top}/{name}/log")
        while not all(seen["ended"] for seen in told.values()) and time.monotonic() < until:
            time.sleep(0.01)  # what the threads have seen, until the deadline
    except OSError as error:
        told[next(iter(told))]["said"] = f"a sender did not start: {error}"
    finally:
        for daemon in daemons:
            daemon.kill()
            daemon.wait()
print(json.dumps(told))
"""


@dataclass(frozen=True, slots=True)
class Running:
    """One sender as it runs."""

    settings: str  # without comments
    trusted: str
    stale: tuple[str, ...]


def read_sender(channel: Channel) -> Running:
    """Read the sender of a host. CheckError if it doesn't run, or not with the file that is looked at."""
    done = channel.run(READ)
    if done.rc:
        said = "no log sender runs" if done.rc == NOT_RUNNING else done.stderr.decode(errors="replace").strip()
        raise CheckError(f"its log sender can't be read: {said}")
    head, separator, settings = done.stdout.decode().partition("-- settings\n")
    command, times, trusted = head.split("\n", 2)
    if not separator or f"-f {CONFIGURATION}" not in command:
        raise CheckError(f"its log sender runs with other settings than {CONFIGURATION}: {command.strip()!r}")
    started, *changed = (int(word) for word in times.split())
    stale = tuple(path for path, moment in zip((CONFIGURATION, TRUSTED), changed, strict=True) if moment > started + 1)
    lines = (line for line in settings.splitlines() if line.strip() and not line.lstrip().startswith("#"))
    return Running("\n".join(lines), trusted.strip(), stale)


SENDERS = Question("log sender", "log_client", lambda _none, _host, channel: read_sender(channel))


def aimed(settings: str) -> str:
    """The same settings for a folder and a port to be filled in (@FOLDER@, @PORT@). CheckError if that can't be done."""
    if re.search(r"\binclude\(|^\s*\$IncludeConfig", settings, re.MULTILINE):
        raise CheckError(f"{CONFIGURATION} includes other files: its senders can't be tried")
    made = settings
    for what, pattern, instead in (
        ("target", r'\btarget="[^"]*"', 'target="127.0.0.1"'),
        ("port", r'\bport="[^"]*"', 'port="@PORT@"'),
        ("working folder", r'\bworkDirectory="[^"]*"', 'workDirectory="@FOLDER@"'),
        ("input", r'\bmodule\(load="imuxsock"[^)]*\)',
         'module(load="imuxsock" sysSock.use="off")\ninput(type="imuxsock" socket="@FOLDER@/log")'),
    ):  # fmt: skip
        made, number = re.subn(pattern, instead, made)
        if number != 1:
            raise CheckError(f"{CONFIGURATION} has {number} settings of a {what}, not one: its senders can't be tried")
    return made


class _AtStores(dict[tuple[str, str], AtStores]):
    """Settings and what they trust -> what they did at each store."""


class FalseStores:
    """The `false_stores` fixture: `false_stores.get_nothing_from("lg-app")`."""

    def __init__(self, session: LabSession, controls: tuple[str, ...]) -> None:
        self._session, self._controls = session, controls

    def get_nothing_from(self, host: str) -> list[Verdict]:
        """Its settings, tried at a store with another name, one of another authority, and one that is as the real one."""
        session = self._session
        running = session.ahead.answer(SENDERS, host)
        tried = self._tried(host, running)
        sender = Sender(host, alone=running.trusted == session.root_pem().decode().strip(), stale=running.stale)
        judgement = gives_to_its_store_alone(sender, tried)
        subject = f"{host} gives its records to the right store alone"
        verdicts = [give(session, control, subject, judgement) for control in self._controls]
        settle(verdicts)
        return verdicts

    def _tried(self, host: str, running: Running) -> AtStores:
        """What these settings do at each store, tried once per run: on the first host that has them."""
        known = self._session.memory.of(_AtStores)
        key = (aimed(running.settings), running.trusted)
        if key not in known:
            known[key] = self._try(host, running)
        return known[key]

    def _try(self, host: str, running: Running) -> AtStores:
        session = self._session
        plan = session.plan
        flow = next(flow for flow in of_application(plan, "syslog-tls") if flow.source == host)
        names = plan.host(flow.destination).names
        stores = {
            RIGHT: lent(session, Purpose.SERVER, names),
            "other": lent(session, Purpose.SERVER, unlisted(session, "another-store", names[0])),
            "public": of_a_public_authority(Purpose.SERVER, names),
        }
        asked = {"settings": aimed(running.settings), "stores": stores, "word": f"sanso-{secrets.token_hex(8)}"}
        done = session.channel(host).run(["python3", "-I", "-c", PROGRAM], stdin=json.dumps(asked).encode(), timeout=30)
        if done.rc:
            raise CheckError(
                f"{host}: its log sender can't be tried: {done.stderr.decode(errors='replace').strip()[-200:]}"
            )
        told = {name: Met(seen["came"], seen["took"], seen["said"]) for name, seen in json.loads(done.stdout).items()}
        return AtStores(host, told[RIGHT], {words: told[name] for name, words in FALSE.items()})
