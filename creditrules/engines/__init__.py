"""Ways to run a Program. They do not know one another; the python engine is the one of record."""
