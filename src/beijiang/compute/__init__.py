"""云在算: where data lies and is computed."""
