"""What is counted while the hub works: how long polls take, how many faults there were.

With several web processes each keeps its numbers in files of PROMETHEUS_MULTIPROC_DIR, which
`priority-hub serve` sets where HUB_METRICS is given; whoever is asked adds them up. Nothing counted names a
body, a person or a matter. What the database knows is not counted here (`hub/health/figures.py`).
"""

import os

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.multiprocess import MultiProcessCollector

FILES = "PROMETHEUS_MULTIPROC_DIR"
BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)  # seconds

OWN = CollectorRegistry()
TAXII_SECONDS = Histogram(
    "priority_hub_taxii_seconds",
    "Time that the hub took to answer a TAXII request.",
    ["endpoint"],
    registry=OWN,
    buckets=BUCKETS,
)
FAULTS = Counter("priority_hub_faults", "Answers with status 500: faults of the hub's own.", registry=OWN)


def counted() -> CollectorRegistry:
    """Return what all web processes of this start have counted."""
    if FILES not in os.environ:
        return OWN
    together = CollectorRegistry()
    MultiProcessCollector(together)  # type: ignore[no-untyped-call] # the library's
    return together
