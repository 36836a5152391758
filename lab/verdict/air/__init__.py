"""What is heard on the air against what a staff network must be: its RSN element, its refusals, its data.

Source: the WLAN controls of the catalogue, named where each is judged.
"""

from lab.verdict.air.announced import TELLING, Announced, announced
from lab.verdict.air.carried import Carried, data_hidden, stays_in_its_segment
from lab.verdict.air.networks import no_other_networks
from lab.verdict.air.offers import AES, aes_alone, enterprise_alone, frames_protected, suite_b_alone, wpa3_alone
from lab.verdict.air.requests import (
    INVALID_AKM,
    INVALID_GROUP,
    INVALID_PAIRWISE,
    PMF_POLICY,
    Request,
    request_refused,
    statuses,
)

__all__ = [
    "AES",
    "INVALID_AKM",
    "INVALID_GROUP",
    "INVALID_PAIRWISE",
    "PMF_POLICY",
    "TELLING",
    "Announced",
    "Carried",
    "Request",
    "aes_alone",
    "announced",
    "data_hidden",
    "enterprise_alone",
    "frames_protected",
    "no_other_networks",
    "request_refused",
    "statuses",
    "stays_in_its_segment",
    "suite_b_alone",
    "wpa3_alone",
]
