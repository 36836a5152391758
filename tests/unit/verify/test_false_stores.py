"""A sender's settings, read and aimed at another store."""

from types import SimpleNamespace

import pytest

from lab.verify.false_stores import aimed, read_sender
from lab.verify.marks import CheckError

SETTINGS = """global(
    workDirectory="/var/spool/rsyslog"
    defaultNetstreamDriverCAFile="/etc/sanso/log_client/ca.pem"
)
module(load="imuxsock" sysSock.rateLimit.interval="0")
action(
    type="omfwd"
    target="10.90.0.10" port="6514" protocol="tcp"
    streamDriverAuthMode="x509/name"
)
"""


def read(text, rc=0):
    return read_sender(SimpleNamespace(run=lambda _: SimpleNamespace(rc=rc, stdout=text.encode(), stderr=b"")))


def said(command="rsyslogd -n -i NONE -f /etc/rsyslog.conf ", times="1000 900 1002"):
    return f"{command}\n{times}\nROOT\n-- settings\n# words\n\n{SETTINGS}"


def test_settings_are_aimed_and_nothing_else_changes():
    made = aimed(SETTINGS)
    assert 'target="127.0.0.1" port="@PORT@" protocol="tcp"' in made
    assert 'workDirectory="@FOLDER@"' in made
    assert 'socket="@FOLDER@/log"' in made
    assert 'streamDriverAuthMode="x509/name"' in made
    assert "10.90.0.10" not in made


@pytest.mark.parametrize(
    "settings",
    [
        SETTINGS + 'include(file="/etc/rsyslog.d/*.conf")\n',
        SETTINGS + "$IncludeConfig /etc/rsyslog.d/*.conf\n",
        SETTINGS + 'action(type="omfwd" target="10.9.9.9" port="514")\n',
        SETTINGS.replace("target=", "other="),
    ],
)
def test_what_can_not_be_aimed_is_said(settings):
    with pytest.raises(CheckError, match=r"rsyslog\.conf"):
        aimed(settings)


def test_comments_are_no_settings_and_a_changed_file_is_noticed():
    seen = read(said())
    assert (seen.settings, seen.trusted) == (SETTINGS.strip(), "ROOT")
    assert seen.stale == ("/etc/sanso/log_client/ca.pem",)
    assert read(said(times="1000 1001 900")).stale == ()


@pytest.mark.parametrize(
    ("text", "rc", "word"), [("", 3, "no log sender runs"), (said("rsyslogd -f /tmp/x "), 0, "other settings")]
)
def test_a_sender_that_does_not_run_as_it_should(text, rc, word):
    with pytest.raises(CheckError, match=word):
        read(text, rc)
