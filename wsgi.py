"""What a web server starts."""

from portal.app import create_app

app = create_app()
