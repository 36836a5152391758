"""What was found on the running network against its documents, the plan that diagrams and register are made from (OPS-16)."""

from lab.verdict.discovery.host import host_documented
from lab.verdict.discovery.model import Discovered, Fabric
from lab.verdict.discovery.routes import KERNELS_OWN
from lab.verdict.discovery.segment import segment_documented

__all__ = ["KERNELS_OWN", "Discovered", "Fabric", "host_documented", "segment_documented"]
