"""What a web server starts."""

from portal import create_app

app = create_app()
