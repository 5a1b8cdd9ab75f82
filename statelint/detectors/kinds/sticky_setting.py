"""A setting of a proxy, cluster, load balancer or platform that sends a client to the same replica again."""

from __future__ import annotations

from statelint.detectors.candidate import DeploymentDetector
from statelint.detectors.deployed import Params, detect

DETECTOR = DeploymentDetector("sticky-setting", Params, detect)
