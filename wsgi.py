"""What gunicorn serves."""

from hub.app import create_app
from hub.core.config import Config

app = create_app(Config.from_env())
