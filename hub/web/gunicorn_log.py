"""gunicorn's own words, as lines of JSON like all others; without the address that was asked for.

gunicorn puts the whole address into what it says of a request that went wrong, and the address of an
invitation holds its secret. So only the constant part of each sentence is written.
"""

import copy
import logging
import sys
from typing import Any

from gunicorn.glogging import Logger

from hub.core.log import JsonLines


class ConstantLines(JsonLines):
    """Writes what was said without what was filled in."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        bare = copy.copy(record)
        bare.args = None
        return super().format(bare)


class GunicornLog(Logger):
    """Sends gunicorn's log to standard error; an access log is the proxy's business."""

    def setup(self, cfg: Any) -> None:  # noqa: ANN401 - gunicorn's configuration
        """Put our handler in place of gunicorn's."""
        super().setup(cfg)
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(ConstantLines())
        self.error_log.handlers = [handler]
