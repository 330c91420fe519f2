"""人在干: rooms in which people do their work."""
