"""Questions about decisions that were made: whether one keeps what the law forbids and demands of every decision."""
