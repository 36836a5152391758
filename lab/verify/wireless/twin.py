"""An evil twin: an access point with the staff network's name and a server of its own, while the real one is silent."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from cryptography.hazmat.primitives.asymmetric import ec

from lab.converge.air import SECURITY
from lab.pki import Purpose, Subject, host_stem, issuing_stem, public_authority
from lab.pki.authority import host
from lab.pki.store import certificate_pem, key_pem
from lab.plan import Ssid
from lab.record import Verdict
from lab.verdict.twin import Met, verifies
from lab.verify.eapol import Credentials
from lab.verify.judge import give_all
from lab.verify.session import LabSession
from lab.verify.spoilt import keys_of
from lab.verify.wireless.hosts import CONNECTED, OnAir, Station, point_silent
from lab.verify.wireless.joining import FAILURE, FOLDER, STRANGER, Attempts, network_block

TWIN = "evil-ap"
PLACE = "/run/twin"
ENDED = (CONNECTED, "CTRL-EVENT-EAP-TLS-CERT-ERROR", FAILURE)
_START = (
    "/usr/local/sbin/station stop; : > /var/log/twin.log; "
    f"hostapd -B -t -f /var/log/twin.log -P {PLACE}/pid {PLACE}/hostapd.conf >/dev/null"
)
_STOP = (
    f"kill $(cat {PLACE}/pid); timeout 10 sh -c 'while [ -e {PLACE}/pid ]; do usleep 20000; done'; "
    f"rm -f {PLACE}/hostapd.conf; ip link set wlan down; ip link set wlan address {{mac}}; ip link set wlan up"
)
_OWN_SERVER = (
    "eap_server=1", f"eap_user_file={PLACE}/users", f"ca_cert={PLACE}/ca.pem", f"server_cert={PLACE}/server.pem",
    f"private_key={PLACE}/server.key",
)  # fmt: skip
_SELF_SIGNED = (
    "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:{curve} -{digest} -nodes -days 2 -subj /CN={name} "
    "-addext subjectAltName=DNS:{name} -addext extendedKeyUsage=serverAuth -keyout {at}/server.key -out {at}/server.pem 2>/dev/null"
)


class EvilTwins:
    """The `evil_twin` fixture: `evil_twin(network).is_not_believed()`."""

    def __init__(self, session: LabSession, controls: tuple[str, ...]) -> None:
        self._session, self._controls = session, controls

    def __call__(self, station: Station) -> EvilTwin:
        return EvilTwin(self._session, self._controls, station)


class EvilTwin:
    """One staff network's name in the wrong hands."""

    def __init__(self, session: LabSession, controls: tuple[str, ...], station: Station) -> None:
        self._session, self._controls, self._station = session, controls, station
        self._keys = keys_of(session)

    def is_not_believed(self) -> list[Verdict]:
        """With a certificate of nobody, one of a public-looking authority, and the lab's own for another server: it stays away.

        A careless client, which verifies nothing, joins the same twin: it is one that clients fall for.
        """
        plan, name = self._session.plan, self._station.host.name
        other = next(service.host for service in plan.services if service.application == "https")
        right = Attempts(self._session, (), self._station).server_name
        made = []
        another = host_stem(self._keys, Purpose.SERVER, other)
        twins: tuple[tuple[str, str, dict[str, bytes]], ...] = (
            (f"a certificate of nobody for {right}", f"{right} を名乗る自己署名証明書", {}),
            (f"the lab's own certificate for {plan.host(other).names[0]}", f"{plan.host(other).names[0]} の正規証明書",
             {end: another.with_suffix(end).read_bytes() for end in (".pem", ".key")}),
            (f"a certificate of a public-looking CA for {right}", f"公的認証局に見せた認証局による {right} の証明書",
             self._of_a_public_authority(right)),
        )  # fmt: skip
        with point_silent(self._session, OnAir(self._session, name)):
            for en, ja, files in twins:
                with self._twin({f"{PLACE}/server{end}": content for end, content in files.items()}, right):
                    met = Met(name, en, ja, self._careful(), self._careless())
                made.append((f"{name} meets a twin of {self._station.ssid.name} with {en}", verifies(met), ()))
        return give_all(self._session, self._controls, made)

    def _of_a_public_authority(self, name: str) -> dict[str, bytes]:
        """A server's certificate with its authority's behind it, and its key, by the ends of their files."""
        now = datetime.now(UTC).replace(microsecond=0)
        parent = public_authority(now, ec.SECP384R1() if self._station.ssid.suite_b else ec.SECP256R1())
        pair = host(parent, Subject(TWIN, Purpose.SERVER, (name,), ()), now)
        return {
            ".pem": certificate_pem(pair.certificate) + certificate_pem(parent.certificate),
            ".key": key_pem(pair),
        }

    def _careful(self) -> str:
        """The lab's station, as it is configured; its log of the meeting."""
        station = OnAir(self._session, self._station.host.name)
        station.join()
        return station.awaits(*ENDED)

    def _careless(self) -> str:
        """The same credentials without a look at the server."""
        rogue = OnAir(self._session, STRANGER)
        shown = Credentials("somebody@sanso.test", host_stem(self._keys, Purpose.TERMINAL, self._station.host.name))
        lines = network_block(self._station.ssid, shown, "").splitlines(keepends=True)
        text = "".join(line for line in lines if not line.strip().startswith(("ca_cert", "domain_match")))
        assert shown.stem is not None
        files = {f"{FOLDER}/client{end}": shown.stem.with_suffix(end).read_bytes() for end in (".pem", ".key")}
        rogue.put({f"{FOLDER}/wpa.conf": text.encode(), **files})
        try:
            rogue.join(f"{FOLDER}/wpa.conf")
            return rogue.awaits(CONNECTED, FAILURE)
        finally:
            rogue.run(f"/usr/local/sbin/station stop; rm -rf {FOLDER}")

    @contextmanager
    def _twin(self, files: dict[str, bytes], name: str) -> Iterator[None]:
        """The twin while the block runs."""
        twin = OnAir(self._session, TWIN)
        authorities = (self._keys / "root.pem").read_bytes()
        authorities += issuing_stem(self._keys, Purpose.TERMINAL).with_suffix(".pem").read_bytes()
        twin.put({f"{PLACE}/users": b"* TLS\n", f"{PLACE}/ca.pem": authorities, **files})
        if not files:
            curve, digest = ("P-384", "sha384") if self._station.ssid.suite_b else ("P-256", "sha256")
            twin.run(_SELF_SIGNED.format(name=name, at=PLACE, curve=curve, digest=digest))
        try:
            with posing(self._session, self._station.ssid, *_OWN_SERVER):
                yield
        finally:
            twin.channel.run(f"rm -rf {PLACE}", timeout=60)


@contextmanager
def posing(session: LabSession, ssid: Ssid, *more: str) -> Iterator[OnAir]:
    """An access point of ours that calls itself that network while the block runs. `more`: lines of hostapd's file."""
    twin = OnAir(session, TWIN)
    words = SECURITY[ssid.security]
    lines = (
        "interface=wlan", "driver=nl80211", "ctrl_interface=/run/hostapd", f"ssid={ssid.name}", "hw_mode=g", "channel=6",
        "wpa=2", "ieee80211w=2", "ieee8021x=1", f"wpa_key_mgmt={words['key_mgmt']}", f"rsn_pairwise={words['pairwise']}",
        f"group_cipher={words['pairwise']}", f"group_mgmt_cipher={words['group_mgmt']}", "logger_stdout=-1",
        "logger_stdout_level=1", *more, "",
    )  # fmt: skip
    twin.put({f"{PLACE}/hostapd.conf": "\n".join(lines).encode()})
    mac = twin.run("cat /sys/class/net/wlan/address").strip()
    try:
        twin.run(_START)
        yield twin
    finally:
        twin.channel.run(_STOP.format(mac=mac), timeout=60)
