"""What is known about whom: records, cases, and how records reach the person decided upon."""
