"""The evidence bundle: written, read, and every way in which a copy of it can be wrong."""

import base64
import json
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pcapng import FileScanner, blocks

from lab import catalogue, scenario
from lab.errors import BadInput, LabError
from lab.plan import build
from lab.record import Application, Attempt, Observation, Sighting, State, Verdict, Warrant
from lab.record.bundle import FORMAT, BundleWriter, read
from lab.record.bundle.redaction import redact

SCENARIO = Path(__file__).parents[3] / "scenarios" / "minimal.yaml"
RUN = {
    "lab": "minimal",
    "scenario": "minimal",
    "edition": "R8.3",
    "model": "alpha",
    "as_of": "2026-11-23",
    "controls_due": ["ZONE-01"],
    "subset": False,
    "exit": 0,
    "problems": [],
}
ATTEMPT = Attempt(source="lg-term", destination="mn-app", address="10.10.0.10", family="ipv4", protocol="tcp", port=443)
FRAME = bytes(range(60))


def observation(number=1, at=1_700_000_000_123_456_789):
    sightings = [
        Sighting(port="lg-term.lg", direction="from", at_ns=at),
        Sighting(port="fw-lg.lg", direction="to", at_ns=at + 1000),
        Sighting(port="fw-lg.x-ml", direction="from", at_ns=at + 2000),
    ]
    return Observation(
        id=f"obs-{number}",
        attempt=ATTEMPT,
        token="tcp:1",
        sent_at_ns=at,
        sightings=sightings,
        trace=(),
        answer="none",
        frames=[base64.b64encode(FRAME).decode()] * 3,
    )


def verdict(state=State.PASS):
    return Verdict(
        state=state,
        control="ZONE-01",
        subject="ipv4 tcp/443 lg-term -> mn-app at fw-lg",
        warrant=Warrant.WITNESSED,
        observations=("obs-1",),
        message_en="stopped",
        message_ja="遮断しました",
    )


@pytest.fixture
def bundle(tmp_path):
    directory = tmp_path / "evidence"
    writer = BundleWriter(directory)
    writer.observation(observation())
    writer.application(Application(id="app-1", attempt=ATTEMPT, ok=True, detail={"tls": "TLSv1.3"}))
    writer.verdict(verdict())
    writer.host_file("fw-lg", "ruleset.nft", "table inet sanso {\n}\n")
    writer.finish(RUN)
    return directory


def test_what_was_written_is_read(bundle):
    found = read(bundle)
    assert found.run["scenario"] == "minimal"
    assert found.run["format"] == FORMAT
    assert found.verdicts == (verdict(),)
    assert found.observations == (observation().model_copy(update={"frames": ()}),)
    assert found.applications[0].detail == {"tls": "TLSv1.3"}


def test_sha256sum_agrees(bundle):
    done = subprocess.run(["sha256sum", "--check", "--strict", "--quiet", "MANIFEST.sha256"], cwd=bundle, check=False)
    assert done.returncode == 0


def test_the_plan_is_kept_but_for_the_content_of_overlays(tmp_path):
    plan = build(scenario.load(SCENARIO), catalogue.load(), "x")
    plan = plan.model_copy(update={"overlays": {"mn-app": {"/etc/nginx/secret.conf": "password"}}})
    writer = BundleWriter(tmp_path)
    writer.plan(plan)
    writer.finish(RUN)
    found = read(tmp_path).plan
    assert found.hosts == plan.hosts
    assert found.allowed == plan.allowed
    assert found.overlays["mn-app"]["/etc/nginx/secret.conf"].startswith("sha256:")
    assert "password" not in (tmp_path / "plan.json").read_text()


def test_a_bundle_without_plan_is_read(bundle):
    assert read(bundle).plan is None


def test_nothing_unfinished_is_left(bundle):
    assert not list(bundle.rglob("*.part"))


@pytest.mark.filterwarnings("ignore:Field type should not be:DeprecationWarning")  # of the library, at if_tsresol
def test_capture_names_fabric_ports_with_nanoseconds(bundle):
    with (bundle / "captures" / "lg.pcapng").open("rb") as file:
        packets = [block for block in FileScanner(file) if isinstance(block, blocks.EnhancedPacket)]
    assert [packet.interface.options["if_name"] for packet in packets] == ["lg-term.lg", "fw-lg.lg"]
    assert [bytes(packet.packet_data) for packet in packets] == [FRAME, FRAME]
    assert (packets[0].timestamp_high << 32) + packets[0].timestamp_low == 1_700_000_000_123_456_789
    assert packets[0].interface.timestamp_resolution == pytest.approx(1e-9)
    assert [packet.options["epb_flags"].inout for packet in packets] == ["inbound", "outbound"]
    assert packets[0].options["opt_comment"] == "obs-1 from lg-term.lg"
    assert (bundle / "captures" / "x-ml.pcapng").is_file()


def test_rendered_files_beside_it_are_no_matter(bundle):
    (bundle / "junit.xml").write_text("<x/>")
    assert read(bundle).verdicts


@pytest.mark.parametrize(
    "name", ["verdicts.jsonl", "observations.jsonl", "captures/lg.pcapng", "hosts/fw-lg/ruleset.nft", "run.json"]
)
def test_altered_file_is_named(bundle, name):
    content = bytearray((bundle / name).read_bytes())
    content[len(content) // 2] ^= 1
    (bundle / name).write_bytes(content)
    with pytest.raises(BadInput, match=f"{name}.*altered"):
        read(bundle)


@pytest.mark.parametrize("name", ["verdicts.jsonl", "hosts/fw-lg/ruleset.nft", "captures/lg.pcapng"])
def test_missing_file_is_named(bundle, name):
    (bundle / name).unlink()
    with pytest.raises(BadInput, match=f"{name}.*missing"):
        read(bundle)


def test_all_that_is_wrong_is_named_at_once(bundle):
    (bundle / "verdicts.jsonl").unlink()
    (bundle / "hosts" / "fw-lg" / "ruleset.nft").write_text("other")
    with pytest.raises(BadInput, match=r"(?s)ruleset\.nft.*verdicts\.jsonl"):
        read(bundle)


def test_added_evidence_is_named(bundle):
    (bundle / "hosts" / "fw-lg" / "more.nft").write_text("x")
    with pytest.raises(BadInput, match=r"more\.nft.*added"):
        read(bundle)


def test_file_replaced_by_a_link_is_refused(bundle, tmp_path):
    path = bundle / "verdicts.jsonl"
    shutil.copy(path, tmp_path / "elsewhere")
    path.unlink()
    path.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(BadInput, match="missing"):
        read(bundle)


def test_half_written_is_said(tmp_path):
    writer = BundleWriter(tmp_path / "half")
    writer.verdict(verdict())
    with pytest.raises(BadInput, match="did not get to its end"):
        read(tmp_path / "half")


def test_newer_format_is_said(bundle):
    run = json.loads((bundle / "run.json").read_text())
    (bundle / "run.json").write_text(json.dumps({**run, "format": FORMAT + 1}))
    with pytest.raises(BadInput, match="update the lab"):
        read(bundle)


@pytest.mark.parametrize("make", [str, lambda path: path.mkdir(), lambda path: path.write_text("x")])
def test_no_bundle_is_said(tmp_path, make):
    make(tmp_path / "x")
    with pytest.raises(BadInput, match="no evidence bundle"):
        read(tmp_path / "x")


def test_empty_hash_list_is_said(bundle):
    (bundle / "MANIFEST.sha256").write_text("")
    with pytest.raises(BadInput, match="empty"):
        read(bundle)


@pytest.mark.parametrize("line", ["nonsense", f"{'0' * 64}  ../../etc/passwd", f"{'0' * 64}  /etc/passwd", "0  x"])
def test_hash_list_with_tricks_is_refused(bundle, line):
    path = bundle / "MANIFEST.sha256"
    path.write_text(path.read_text() + line + "\n")
    with pytest.raises(BadInput, match="no line of a hash list"):
        read(bundle)


def rewritten(bundle, name, content):
    """Alter a file and its hash: an edit that the list can't show."""
    from hashlib import sha256

    (bundle / name).write_bytes(content)
    path = bundle / "MANIFEST.sha256"
    lines = [line for line in path.read_text().splitlines() if not line.endswith(f"  {name}")]
    path.write_text("\n".join([*lines, f"{sha256(content).hexdigest()}  {name}"]) + "\n")


@pytest.mark.parametrize("line", [b"{", b"{}", b"\xff", b'{"state": "fine"}'])
def test_broken_line_is_named_by_number(bundle, line):
    good = (bundle / "verdicts.jsonl").read_bytes()
    rewritten(bundle, "verdicts.jsonl", good + line + b"\n")
    with pytest.raises(BadInput, match=r"verdicts\.jsonl:2"):
        read(bundle)


@pytest.mark.parametrize("content", [b"[]", b"{", b'{"format": "x"}'])
def test_broken_run_is_said(bundle, content):
    rewritten(bundle, "run.json", content)
    with pytest.raises(BadInput, match=r"run\.json"):
        read(bundle)


@pytest.mark.parametrize(("host", "name"), [("..", "x"), ("fw", "../../x"), ("/etc", "x"), ("fw", ""), ("fw", "a\\b")])
def test_nothing_is_written_outside(tmp_path, host, name):
    writer = BundleWriter(tmp_path / "in")
    with pytest.raises(LabError, match="outside"):
        writer.host_file(host, name, "x")
    assert {path.name for path in tmp_path.iterdir()} == {"in"}


def test_a_link_leads_nowhere(tmp_path):
    writer = BundleWriter(tmp_path / "in")
    (tmp_path / "in" / "hosts").symlink_to(tmp_path)
    with pytest.raises(LabError, match="symbolic link"):
        writer.host_file("fw", "x", "x")


def test_a_finished_bundle_is_not_written_again(bundle):
    with pytest.raises(LabError, match="another run"):
        BundleWriter(bundle)


KEY = "-----BEGIN EC PRIVATE KEY-----\nMHcCAQEEIIG\n-----END EC PRIVATE KEY-----"


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        (KEY, "MHcCAQEEIIG"),
        ("-----BEGIN PRIVATE KEY-----\nMIGHAgEA", "MIGHAgEA"),
        ("  wpa_psk=0123abcd", "0123abcd"),
        ('psk="open sesame"', "sesame"),
        ("wpa_passphrase=open sesame", "sesame"),
        ("secret = testing123", "testing123"),
        ('    secret: "testing123"', "testing123"),
        ("private_key_passwd=hunter2", "hunter2"),
        ("carol@home : PSK hunter2", "hunter2"),
        ("password hunter2".replace(" ", " = "), "hunter2"),
    ],
)
def test_secrets_are_redacted(text, secret):
    assert secret in text
    assert secret not in redact(f"before\n{text}\nafter\n")
    assert redact(f"before\n{text}\nafter\n").startswith("before\n")


@pytest.mark.parametrize(
    "text",
    ["table inet sanso {\n\tchain forward {\n\t}\n}\n", "ssl_certificate /etc/x.pem;\n", "-----BEGIN CERTIFICATE-----\nMII\n",
     "# the secret is elsewhere\n", "PasswordAuthentication no\n", "auth_server_shared_secret=@secret@\n"],
)  # fmt: skip
def test_the_rest_stays_word_for_word(text):
    assert redact(text) == text


def test_secret_never_reaches_the_disk(tmp_path):
    writer = BundleWriter(tmp_path / "b")
    writer.host_file("mn-app", "all.conf", KEY)
    writer.finish(RUN)
    assert not any(b"MHcCAQEEIIG" in path.read_bytes() for path in (tmp_path / "b").rglob("*") if path.is_file())


@given(st.binary(max_size=200))
def test_any_manifest_is_bad_input_never_a_crash(tmp_path_factory, content):
    directory = tmp_path_factory.mktemp("fuzz")
    (directory / "MANIFEST.sha256").write_bytes(content)
    with pytest.raises(BadInput):
        read(directory)
