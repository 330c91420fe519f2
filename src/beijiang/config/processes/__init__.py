"""The processes of one machine: PostgreSQL, NATS, the Django processes, the lake worker, and who supervises them."""
