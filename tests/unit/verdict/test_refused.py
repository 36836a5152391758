"""A refusal counts as the application's own word only, and only while the good request works."""

import pytest

from lab.plan import Family, Protocol
from lab.record import Application, Attempt, State
from lab.verdict import refused

ATTEMPT = Attempt(
    source="in-term", destination="sc-proxy", address="10.50.0.10", family=Family.IPV4, protocol=Protocol.TCP, port=3128
)


def asked(*, ok=False, trouble=(), **detail):
    return Application(id="obs-1", attempt=ATTEMPT, ok=ok, detail=detail, trouble=trouble)


GOOD = asked(ok=True, proxy_status=200, status=200)


@pytest.mark.parametrize(
    ("answer", "good", "state"),
    [
        (asked(proxy_status=403), GOOD, State.PASS),
        (asked(status=421), GOOD, State.PASS),
        (asked(proxy_status=200, error="TLS: WRONG_VERSION_NUMBER"), GOOD, State.FAIL),
        (asked(proxy_status=403), asked(error="no connection: none"), State.ERROR),
        (asked(proxy_status=503), GOOD, State.FAIL),
        (asked(ok=True, proxy_status=200, status=200), GOOD, State.FAIL),
        (asked(proxy_status=200, status=404), GOOD, State.FAIL),
        (asked(error="no connection: none"), GOOD, State.ERROR),
        (asked(proxy_status=403, trouble=("lost",)), GOOD, State.ERROR),
    ],
)
def test_refusals(answer, good, state):
    assert refused(answer, good, what_en="a port", what_ja="ポート").state is state
