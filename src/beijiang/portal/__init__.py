"""Pages that span rooms: the home page, search; and the demo region they show."""
