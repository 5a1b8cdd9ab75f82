"""A setting of a proxy, cluster, load balancer or platform that sends a client to the same replica again."""

from __future__ import annotations

from statelint.detectors.candidate import Detector
from statelint.detectors.deployed import Params, detect

DETECTOR = Detector("sticky-setting", Params, detect)
