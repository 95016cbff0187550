"""Sightglass, the field-service portal of a lubricant company."""
