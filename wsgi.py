"""What the web server and the command line load."""

from app import create_app
from app.config import UnsafeSetting

try:
    app = create_app()
except UnsafeSetting as refusal:
    # One sentence for whoever starts the site, instead of a traceback.
    raise SystemExit(str(refusal)) from None
