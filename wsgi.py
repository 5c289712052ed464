"""What gunicorn serves."""

from hub.app import create_app
from hub.core.config import Config
from hub.core.log import start_logging

start_logging()
app = create_app(Config.from_env())
