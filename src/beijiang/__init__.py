"""Beijiang Cloud (北疆云): people work, data flows, the cloud computes, through one door."""

__version__ = "0.1.0"
