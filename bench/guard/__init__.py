"""Parts of bench/lake_guard.py: the rows, the worker, PostgreSQL beside it, and statistics."""
