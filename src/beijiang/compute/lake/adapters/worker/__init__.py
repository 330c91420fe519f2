"""The locked query engine: a process of its own, without database, network or write access (ARCHITECTURE § 4).

Started as `python -m beijiang.compute.lake.adapters.worker --socket PATH --root DIR`. It reads files under DIR/tables only.
"""
