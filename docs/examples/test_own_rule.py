"""An example of a user's own tests: run with `pytest --lab minimal docs/examples/`."""

from lab.verify import control, hosts


@control("ZONE-01")
def test_lgwan_terminal_cannot_reach_resident_records(flow):
    flow("lg-term", "mn-app", tcp=443).is_denied(by="fw-mn")


@control("TC-02")
def test_registered_peer_answers(flow):
    flow("mn-app", "juki-net", tcp=443).is_allowed()


@control("CRY-03")
@hosts("mn-app")
def test_web_server_runs_with_its_configuration(host):
    assert host.file("/etc/nginx/nginx.conf").contains("ssl_protocols TLSv1.2 TLSv1.3")
    assert host.socket("tcp://0.0.0.0:443").is_listening
