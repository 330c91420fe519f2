"""What the lake talks to: Iceberg (pyiceberg), files of departments, and its own query worker."""
