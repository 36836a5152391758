from __future__ import annotations

import pytest

from lab.converge.listen import Listener
from lab.converge.model import ConvergeError, FileChange
from lab.record.progress import Event

STEP = {"event": "ok", "host": "mn-app", "role": "web_app", "task": "Deliver", "step": True, "changed": True,
        "moved": ["/etc/a"], "removed": ["/etc/b"], "diff": []}  # fmt: skip


@pytest.fixture
def told() -> list[Event]:
    return []


@pytest.fixture
def listener(told: list[Event]) -> Listener:
    return Listener(told.append)


def test_a_step_becomes_changes_and_one_event(listener: Listener, told: list[Event]):
    listener.hear(STEP)
    assert listener.changes == [
        FileChange("mn-app", "web_app", "/etc/a"), FileChange("mn-app", "web_app", "/etc/b", removed=True),
    ]  # fmt: skip
    assert told == [Event("converge", "mn-app", "done", "web_app: 2 files")]


def test_an_unchanged_step_says_so(listener: Listener, told: list[Event]):
    listener.hear(STEP | {"changed": False, "moved": [], "removed": []})
    assert told == [Event("converge", "mn-app", "done", "web_app: unchanged")]


def test_a_task_that_is_no_step_ends_without_counting_as_a_change(listener: Listener, told: list[Event]):
    listener.hear(
        {"event": "ok", "host": "mn-app", "role": "web_app", "task": "Restart", "step": False, "changed": True}
    )
    assert (listener.changes, told) == ([], [Event("converge", "mn-app", "done", "Restart")])


def test_a_refusal_names_host_role_file_and_the_checkers_words(listener: Listener, told: list[Event]):
    message = "/etc/nginx/nginx.conf: `nginx` refused it: unknown directive"
    listener.hear({"event": "failed", "host": "mn-app", "role": "web_app", "task": "Deliver", "message": message,
                   "output": "", "file": "/etc/nginx/nginx.conf"})  # fmt: skip
    error = ConvergeError(listener.failures)
    assert str(error) == f"mn-app: role web_app: {message}"
    assert error.failures[0].file == "/etc/nginx/nginx.conf"
    assert told[0].status == "failed"


def test_a_handler_that_fails_gives_what_it_said(listener: Listener):
    listener.hear({"event": "failed", "host": "mn-app", "role": "web_app", "task": "Restart the web application",
                   "message": "non-zero return code", "output": "service nginx: not ready", "file": ""})  # fmt: skip
    assert str(listener.failures[0]) == "mn-app: role web_app: Restart the web application: service nginx: not ready"


def test_differences_become_one_unified_diff(listener: Listener):
    part = {"before_header": "/etc/a", "after_header": "/etc/a", "before": "old\n", "after": "new"}
    listener.hear(STEP | {"diff": [part]})
    assert listener.diff() == "--- mn-app:/etc/a\n+++ mn-app:/etc/a\n@@ -1 +1 @@\n-old\n+new\n"
