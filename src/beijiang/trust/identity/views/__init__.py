"""Pages of identity, and what every request passes on its way in."""
