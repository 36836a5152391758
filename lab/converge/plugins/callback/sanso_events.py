"""What happens, as JSON lines on a file descriptor: for a program that runs the playbook, not for people."""

from __future__ import annotations

DOCUMENTATION = """
name: sanso_events
type: notification
short_description: JSON lines of what a playbook does
description:
  - Writes one JSON object per line to the file descriptor that C(SANSO_EVENTS) names. Without it, it does nothing.
author: Sansō Lab maintainers
"""

import json
import os
import signal

from ansible.plugins.callback import CallbackBase


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "notification"
    CALLBACK_NAME = "sanso_events"
    CALLBACK_NEEDS_ENABLED = True

    def __init__(self) -> None:
        super().__init__()
        descriptor = os.environ.get("SANSO_EVENTS")
        self._out = os.fdopen(int(descriptor), "w", encoding="utf-8", buffering=1) if descriptor else None
        if self._out is None:
            self.disabled = True

    def _tell(self, event, result, **more):
        task = result.task
        values = result.result
        body = {
            "event": event,
            "host": result.host.get_name(),
            "role": task._role.get_name() if task._role else "",
            "task": task.name,
            "step": "moved" in values,
            "changed": bool(values.get("changed")),
            **more,
        }
        self._write(body)

    def _write(self, body):
        try:
            self._out.write(json.dumps(body) + "\n")
        except BrokenPipeError:
            # Who started this was killed and holds the lab no more: nothing may be changed any further.
            os.killpg(os.getpgid(0), signal.SIGTERM)

    def v2_runner_on_start(self, host, task):
        role = task._role.get_name() if task._role else ""
        self._write({"event": "start", "host": host.get_name(), "role": role, "task": task.name})

    def v2_runner_on_ok(self, result):
        values = result.result
        self._tell(
            "ok",
            result,
            moved=values.get("moved", []),
            removed=values.get("removed", []),
            diff=values.get("diff", []) if values.get("changed") else [],
        )

    def v2_runner_on_skipped(self, result):
        self._tell("ok", result)

    def v2_runner_on_failed(self, result, ignore_errors=False):
        values = result.result
        said = values.get("sanso", {})
        output = "".join(str(values.get(name, "")) for name in ("stdout", "stderr")).strip()
        self._tell("failed", result, message=str(values.get("msg", "")), output=output, file=said.get("file", ""))

    def v2_runner_on_unreachable(self, result):
        self._tell("failed", result, message=str(result.result.get("msg", "unreachable")), output="", file="")
