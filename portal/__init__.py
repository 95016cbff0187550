"""Sightglass, the field-service portal of a lubricant company."""

from portal.app import create_app

__all__ = ["create_app"]
