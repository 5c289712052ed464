"""Values as JSON: whatever threads share is there before they begin."""

import subprocess
import sys

READY = """
import base64, threading
from feeds.formats import content
assert base64._b85dec and None not in [base64._b85dec[each] for each in base64._b85alphabet]
assert base64._b85chars2
assert threading.active_count() == 1
"""


def test_the_tables_of_base_85_are_full_before_threads_read_them() -> None:
    """CPython fills them at the first use, half of which another thread sees."""
    subprocess.run([sys.executable, "-c", READY], check=True)
