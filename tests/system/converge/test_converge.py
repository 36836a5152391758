from __future__ import annotations

import pytest

from lab.converge import ConvergeError, cached_archives
from lab.errors import ManyErrors

NGINX = "/etc/nginx/nginx.conf"


def _pid(channel, host: str, service: str) -> str:
    return channel(host).run(["s6-svstat", "-o", "pid", f"/etc/sanso/services/{service}"]).check().stdout.decode()


def _page(channel, host: str = "mn-term", server: str = "mn-app.mn.sanso.test", family: str = "-4") -> str:
    line = f"curl --silent --show-error --max-time 5 {family} https://{server}/"
    return channel(host).run(line).check().stdout.decode()


def test_the_first_run_configures_every_host(converging):
    assert all(converging.first.changed.values())
    assert set(converging.first.changed) == {host.name for host in converging.lab.plan.hosts}


def test_progress_names_every_host_and_role(converging):
    told = {(event.subject, event.detail.split(":")[0]) for event in converging.events if event.status == "done"}
    assert {(host.name, role) for host in converging.lab.plan.hosts for role in host.roles} <= told


@pytest.mark.parametrize("family", ["-4", "-6"])
def test_the_application_answers_over_tls_with_the_labs_certificate(channel, family: str):
    assert "host: mn-app" in _page(channel, family=family)


def test_a_second_run_changes_nothing(converging, state):
    before = {name: state(name) for name in ("fw-mn", "mn-app", "mn-dns", "log")}
    again = converging.converge()
    assert set(again.changed.values()) == {0}
    assert again.files == ()
    assert {name: state(name) for name in before} == before


def test_a_check_tells_what_would_change_and_changes_nothing(converging, channel, state):
    channel("mn-app").run(f"echo '# tampered' >>{NGINX}").check()
    before = state("mn-app")
    told = converging.converge(check=True, diff=True)
    assert [(change.host, change.role, change.path) for change in told.files] == [("mn-app", "web_app", NGINX)]
    assert f"--- mn-app:{NGINX}" in told.diff
    assert "\n-# tampered\n" in told.diff
    assert told.archives == {}
    assert state("mn-app") == before
    assert converging.converge(limit=["mn-app"]).changed == {"mn-app": 1}
    assert "tampered" not in channel("mn-app").run(["cat", NGINX]).check().stdout.decode()


@pytest.mark.parametrize("damage", ["chmod 644 {}", "rm {}", "ln -sf /etc/passwd {}"])
def test_whatever_is_wrong_with_a_key_is_put_right(converging, channel, damage: str):
    key = "/etc/sanso/log_client/client.key"
    channel("mn-term").run(damage.format(key)).check()
    assert converging.converge(limit=["mn-term"]).changed == {"mn-term": 1}
    assert channel("mn-term").run(["stat", "-c", "%a %U %F", key]).check().stdout == b"600 root regular file\n"


def test_a_diff_never_shows_a_key(converging, channel):
    channel("mn-term").run(": >/etc/sanso/log_client/client.key").check()
    told = converging.converge(check=True, diff=True, limit=["mn-term"])
    assert "client.key" in told.diff or told.files[0].path.endswith("client.key")
    assert "PRIVATE" not in told.diff
    converging.converge(limit=["mn-term"])


def test_a_broken_file_never_lands_and_the_service_keeps_running(converging, channel, state):
    before = state("mn-app")
    with pytest.raises(ConvergeError) as caught:
        converging.converge(limit=["mn-app"], variables={"web_app__ciphers": ["NO-SUCH-CIPHER"]})
    (failure,) = caught.value.failures
    assert (failure.host, failure.role, failure.file) == ("mn-app", "web_app", NGINX)
    assert "no cipher match" in failure.message
    assert "roles/web_app/templates/tree/etc/nginx/nginx.conf.j2" in failure.message
    assert "/run/sanso/stage" not in failure.message
    assert state("mn-app") == before
    assert "host: mn-app" in _page(channel)
    left = "for d in /run/sanso/stage /var/lib/sanso/landing /var/lib/sanso/pending; do ls -A $d || exit; done"
    assert channel("mn-app").run(left).check().stdout == b""


def test_a_broken_ruleset_leaves_the_old_one_in_force(converging, channel, state):
    before, rules = state("fw-mn"), channel("fw-mn").run("nft -s list ruleset").check().stdout
    open_wide = "table inet sanso {\n chain forward { type filter hook forward priority filter; policy acept; }\n}\n"
    with converging.overlaid({"fw-mn": {"/etc/nftables.conf": open_wide}}), pytest.raises(ConvergeError) as caught:
        converging.converge(limit=["fw-mn"])
    assert caught.value.failures[0].file == "/etc/nftables.conf"
    assert "the scenario's overlay" in caught.value.failures[0].message
    assert channel("fw-mn").run("nft -s list ruleset").check().stdout == rules
    assert state("fw-mn") == before


def test_an_overlay_wins_and_going_back_takes_it_away(converging, channel):
    page = "<p>from the scenario {{ not a template }}</p>\n"
    with converging.overlaid({"mn-app": {"/srv/records/index.html": page}}):
        assert converging.converge(limit=["mn-app"]).changed == {"mn-app": 2}  # the page and the manifest
        assert _page(channel) == page
    assert converging.converge(limit=["mn-app"]).changed == {"mn-app": 2}
    assert "host: mn-app" in _page(channel)


def test_an_overlay_that_would_do_nothing_is_refused_before_anything_runs(converging):
    with converging.overlaid({"mn-app": {"/etc/nginx.conf": ""}}), pytest.raises(ManyErrors, match="no role of mn-app"):
        converging.converge()


def test_a_value_of_the_wrong_type_is_refused(converging):
    with pytest.raises(ConvergeError) as caught:
        converging.converge(limit=["mn-app"], variables={"web_app__port": "many"})
    assert "web_app__port" in str(caught.value)
    assert "int" in str(caught.value)


def test_a_variable_that_no_role_takes_is_refused_with_the_right_name(converging):
    with pytest.raises(ConvergeError, match=r"no variable web_app__prot\n.*did you mean web_app__port\?"):
        converging.converge(limit=["mn-app"], variables={"web_app__prot": 1})


def test_all_failing_hosts_are_named(converging):
    with pytest.raises(ConvergeError) as caught:
        converging.converge(limit=["mn-app", "lg-app"], variables={"web_app__ciphers": ["NO-SUCH-CIPHER"]})
    assert {failure.host for failure in caught.value.failures} == {"mn-app", "lg-app"}


def test_a_host_that_is_not_there_is_named_and_the_others_are_done(converging, channel):
    container = converging.lab.container("lg-term")
    channel("mn-term").run("rm /etc/profile.d/sanso.sh").check()
    converging.engine._client.pause(container)
    try:
        with pytest.raises(ConvergeError) as caught:
            converging.converge(limit=["lg-term", "mn-term"])
    finally:
        converging.engine._client.unpause(container)
    assert {failure.host for failure in caught.value.failures} == {"lg-term"}
    assert channel("mn-term").run("test -e /etc/profile.d/sanso.sh").rc == 0


def test_a_file_that_the_role_has_no_more_is_removed(converging, channel):
    mn_app = channel("mn-app")
    mn_app.run("echo x >/etc/nginx/old; sha256sum /etc/nginx/old >>/var/lib/sanso/manifest/web_app.sha256").check()
    done = converging.converge(limit=["mn-app"])
    assert ("/etc/nginx/old", True) in {(change.path, change.removed) for change in done.files}
    assert mn_app.run("test -e /etc/nginx/old").rc == 1
    assert mn_app.run("sha256sum --check --quiet /var/lib/sanso/manifest/web_app.sha256").rc == 0


def test_a_run_that_was_cut_off_before_its_handlers_is_finished(converging, channel):
    channel("mn-app").run(f"echo {NGINX} >/var/lib/sanso/pending/web_app").check()
    before = _pid(channel, "mn-app", "nginx")
    assert converging.converge(limit=["mn-app"]).changed == {"mn-app": 0}
    assert _pid(channel, "mn-app", "nginx") != before
    assert channel("mn-app").run("ls -A /var/lib/sanso/pending").check().stdout == b""


def test_a_ruleset_alone_does_not_restart_the_log_reader(converging, channel):
    before = _pid(channel, "fw-lg", "ulogd")
    channel("fw-lg").run("echo '# tampered' >>/etc/nftables.conf; nft flush ruleset").check()
    converging.converge(limit=["fw-lg"])
    assert b"default-deny" in channel("fw-lg").run("nft list ruleset").check().stdout
    assert _pid(channel, "fw-lg", "ulogd") == before


def test_the_archives_give_the_same_hosts_without_ansible(converging, plan, channel):
    """Last but one: the lab is made anew from what the first run kept."""
    look = "cat /var/lib/sanso/manifest/*.sha256; sha256sum --check --quiet /var/lib/sanso/manifest/*.sha256"
    before = {host.name: channel(host.name).run(look).check().stdout for host in plan.hosts}
    kept = cached_archives(plan, converging.pki)
    assert kept == converging.first.archives
    converging.engine.down(plan.lab)
    converging.lab = converging.engine.create(plan, converging.engine.ensure_images(plan), archives=kept)
    assert {host.name: channel(host.name).run(look).check().stdout for host in plan.hosts} == before
    converging.lab.record_state()
    assert converging.lab.drift() == ()
    assert set(converging.converge().changed.values()) == {0}
    assert converging.lab.drift() == ()
