"""数在转: what passes between domains and organisations."""
