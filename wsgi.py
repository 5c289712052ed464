"""What gunicorn serves."""

from hub.app import create_app
from hub.core.config import Config
from hub.core.log import start_logging
from hub.web.request_ids import request_facts

start_logging(facts=request_facts)
app = create_app(Config.from_env())
