from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from lab.converge import tree
from lab.converge.overlays import ROLES
from lab.converge.variables import variables
from lab.plan import Plan

NAMES = sorted(path.name for path in ROLES.iterdir())


def _read(role: str, file: str) -> Any:
    return yaml.safe_load((ROLES / role / file).read_text(encoding="utf-8"))


def _defaults(role: str) -> dict[str, Any]:
    """Defaults that need no Ansible to be read."""
    values = _read(role, "defaults/main.yml")
    return {name: value for name, value in values.items() if "{{" not in str(value)}


def _files(plan: Plan, host: str, role: str) -> dict[str, str]:
    found = variables(plan, plan.host(host), Path("/keys"))
    own = {name: value for name, value in found.items() if name.startswith(f"{role}__")}
    computed = {"web_app__error_log": "stderr", "web_app__access_log": "off", "resolver__name": f"{host}.mn.sanso.test"}
    rendered = tree.render(ROLES / role, computed | _defaults(role) | own)
    return {managed.path: managed.file.content.decode() for managed in rendered}


@pytest.mark.parametrize("role", NAMES)
def test_a_role_has_a_spec_and_every_default_is_in_it(role: str):
    options = _read(role, "meta/argument_specs.yml")["argument_specs"]["main"]["options"]
    assert set(_read(role, "defaults/main.yml")) <= set(options)
    assert all(name.startswith(f"{role}__") for name in options)


@pytest.mark.parametrize("role", NAMES)
def test_what_is_required_has_no_default_and_what_is_not_has_one(role: str):
    options = _read(role, "meta/argument_specs.yml")["argument_specs"]["main"]["options"]
    required = {name for name, option in options.items() if option.get("required")}
    assert required == set(options) - set(_read(role, "defaults/main.yml"))


@pytest.mark.parametrize("role", NAMES)
def test_a_service_has_a_run_script_a_check_and_a_notification_descriptor(role: str):
    paths = tree.paths(ROLES / role)
    services = {path.split("/")[4] for path in paths if path.startswith("/etc/sanso/services/")}
    for service in services:
        wanted = {f"/etc/sanso/services/{service}/{part}" for part in ("run", "data/check", "notification-fd")}
        assert wanted <= paths


@pytest.mark.parametrize("role", NAMES)
def test_every_configuration_file_of_a_daemon_is_checked_before_it_lands(role: str):
    (task,) = _read(role, "tasks/main.yml")
    assert task["sanso_tree"]["validate"]


@pytest.mark.parametrize("role", [name for name in NAMES if (ROLES / name / "handlers").is_dir()])
def test_the_last_handler_takes_the_note_of_unfinished_work_away(role: str):
    handlers = _read(role, "handlers/main.yml")
    (task,) = _read(role, "tasks/main.yml")
    named = task["notify"] if isinstance(task["notify"], list) else [task["notify"]]
    assert [handler["name"] for handler in handlers] == named
    assert handlers[-1]["ansible.builtin.raw"].endswith(f"&& rm -f {{{{ __{role}_delivered.marker }}}}")
    assert "when" not in handlers[-1]


def test_no_two_roles_of_a_host_deliver_the_same_file(plan: Plan):
    for host in plan.hosts:
        seen: set[str] = set()
        for role in host.roles:
            own = tree.paths(ROLES / role)
            assert not seen & own, (host.name, role)
            seen |= own


def test_the_resolver_has_nobody_to_ask(plan: Plan):
    text = _files(plan, "mn-dns", "resolver")["/etc/unbound/unbound.conf"]
    for wanted in (
        'local-zone: "." refuse', 'local-zone: "mn.sanso.test." static', "do-not-query-address: 0.0.0.0/0",
        "do-not-query-address: ::/0", "access-control: 0.0.0.0/0 refuse", "access-control: 10.10.0.0/24 allow",
    ):  # fmt: skip
        assert wanted in text
    assert not any(word in text for word in ("forward-zone", "stub-zone", "root-hints", "lg.sanso.test"))


def test_the_application_speaks_modern_tls_only(plan: Plan):
    text = _files(plan, "mn-app", "web_app")["/etc/nginx/nginx.conf"]
    assert "ssl_protocols TLSv1.2 TLSv1.3;" in text
    (ciphers,) = (line.split()[1].rstrip(";") for line in text.splitlines() if "ssl_ciphers" in line)
    assert all(
        cipher.startswith("ECDHE-") and ("GCM" in cipher or "POLY1305" in cipher) for cipher in ciphers.split(":")
    )
    assert {line.strip() for line in text.splitlines() if "listen" in line} == {
        "listen 443 ssl default_server;", "listen [::]:443 ssl default_server;",
    }  # fmt: skip


def test_the_page_names_its_host(plan: Plan):
    files = _files(plan, "mn-app", "web_app")
    assert "<p>host: mn-app</p>" in files["/srv/records/index.html"]
    assert '"host": "mn-app"' in files["/srv/records/records.json"]


def test_the_log_store_lets_only_its_senders_in_and_files_them_by_address(plan: Plan):
    text = _files(plan, "log", "log_server")["/etc/rsyslog.conf"]
    senders = [flow.source for flow in plan.allowed if flow.application == "syslog-tls"]
    (peers,) = (line for line in text.splitlines() if "permittedPeer" in line)
    assert peers.count('"') == 2 * len(senders)
    assert all(plan.host(sender).names[0] in peers for sender in senders)
    assert '$fromhost-ip == ["10.10.0.10", "fd53:616e:736f:10::10"]' in text
    assert text.count("input(") == 1


def test_a_sender_knows_the_store_by_name_and_keeps_what_it_cannot_send(plan: Plan):
    text = _files(plan, "mn-term", "log_client")["/etc/rsyslog.conf"]
    for wanted in (
        'streamDriverPermittedPeers="log.mgmt.sanso.test"', 'target="10.90.0.10" port="6514"', 'streamDriverMode="1"',
        'queue.filename="forward"', 'queue.saveOnShutdown="on"', 'action.resumeRetryCount="-1"',
    ):  # fmt: skip
        assert wanted in text
