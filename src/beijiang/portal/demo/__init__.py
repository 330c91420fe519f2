"""The demonstration region: units, officers and records that nobody has, on the real divisions of Inner Mongolia.

Everything is seeded and the same on every machine. Records are marked as demonstration in each row; numbers are of
series that are never issued (identity numbers of division 159999, plates 蒙X, telephone numbers 1000…).
"""

SEED = 20261124
