"""One step per role: render its whole file tree here, compare, check it staged on the host, move it into place."""

from __future__ import annotations

import os
from pathlib import Path

from ansible.errors import AnsibleActionFail
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.plugins.action import ActionBase

from lab.converge import delivery
from lab.converge.interface import check_names, options
from lab.converge.step import Step, archived, diffs, plan_step
from lab.errors import LabError


class ActionModule(ActionBase):
    """Arguments: `extra` (path, src, secret, mode), `inner` (tree, at, host), `validate` (file, command).

    Needs no Python on the host.
    """

    TRANSFERS_FILES = False
    _supports_check_mode = True
    _supports_async = False
    _VALID_ARGS = frozenset(("extra", "inner", "validate"))

    def run(self, tmp=None, task_vars=None):
        result = super().run(tmp, task_vars)
        try:
            return result | self._run(task_vars or {})
        except LabError as error:
            return result | {"failed": True, "msg": str(error), "sanso": {"file": error.where, "said": error.message}}

    def _run(self, task_vars):
        if self._task._role is None:
            raise AnsibleActionFail("this step belongs into a role: it delivers the role's files")
        role, folder = self._task._role.get_name(), Path(self._task._role._role_path)
        variables = self._variables(role, task_vars)
        check_names(folder, variables)
        told = ArgumentSpecValidator(options(folder)).validate(variables, validate_role_argument_spec=True)
        if told.error_messages:
            raise LabError("\n".join(told.error_messages), where=f"roles/{role}/meta/argument_specs.yml")
        step = plan_step(role, folder, variables, self._task.args, task_vars.get("sanso_overlays") or {})
        there = delivery.present(self._shell(delivery.look(role, step.paths)))
        change = delivery.difference(step.files, there)
        marker = f"{delivery.MARKERS}/{role}"
        result = {
            "changed": bool(change),
            "marker": marker,
            "moved": list(change.moved),
            "removed": list(change.removed),
            "pending": sorted({*change.moved, *change.removed, *change.pending}),
        }
        if self._task.diff and change:
            before = self._shell(delivery.fetch((*change.moved, *change.removed)))
            result["diff"] = diffs(step, change, before)
        if not self._task.check_mode:
            if change.moved or change.removed:
                self._deliver(role, step, change)
            if "SANSO_ARCHIVES" in os.environ:
                archived(Path(os.environ["SANSO_ARCHIVES"]), task_vars["inventory_hostname"], step)
        return result

    def _variables(self, role, task_vars):
        """The role's own variables, resolved."""
        names = [name for name in task_vars if name.startswith(f"{role}__")]
        return {name: self._templar.template(task_vars[name]) for name in names}

    def _deliver(self, role: str, step: Step, change) -> None:
        script = delivery.deliver(role, change, step.checks, mark=bool(self._task.notify))
        answer = self._low_level_execute_command(script, in_data=step.staging_tar)
        if answer["rc"] == delivery.REFUSED:
            check, said = delivery.refusal(role, answer["stdout"], step.checks)
            origin = step.origin(check.file)
            raise LabError(
                f"`{check.command[0]}` refused it: {said}",
                where=check.file,
                fix=f"correct {origin}, then `lab up` with the scenario's file; nothing of it was put in place",
            )
        self._expect(answer)

    def _shell(self, line: str) -> str:
        return self._expect(self._low_level_execute_command(line))

    def _expect(self, answer) -> str:
        if answer["rc"] != 0:
            raise AnsibleActionFail(f"the host answered {answer['rc']}: {answer['stderr'] or answer['stdout']}")
        return answer["stdout"]
