"""Pages that span rooms: home, the region, the demonstration data."""
