"""Converge: Ansible turns a wired lab into configured hosts, by the roles in playbooks/.

Each role is one step per host: its files are rendered here, checked on the host where nobody uses them yet, and only
then moved into place. What was applied is kept, so that the same lab starts again without Ansible.
"""

from lab.converge.air import HOSTS as GUEST_FILES
from lab.converge.by_hand import Changes, Left, sort_out
from lab.converge.cache import cached_archives, delivered_files, roles_changed
from lab.converge.model import Converged, ConvergeError, Failure, FileChange
from lab.converge.overlays import GUEST, check_overlays, overlayable
from lab.converge.run import converge

__all__ = [
    "GUEST",
    "GUEST_FILES",
    "Changes",
    "ConvergeError",
    "Converged",
    "Failure",
    "FileChange",
    "Left",
    "cached_archives",
    "check_overlays",
    "converge",
    "delivered_files",
    "overlayable",
    "roles_changed",
    "sort_out",
]
