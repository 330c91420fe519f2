"""The sole composer: settings, addresses, processes and the command line. Nothing imports it."""
