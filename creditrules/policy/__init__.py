"""What the law says: a vocabulary, YAML with conditions, and the program that follows from them on a day."""
