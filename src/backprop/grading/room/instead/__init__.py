"""Stands in the room in the places of modules that know the truth."""
