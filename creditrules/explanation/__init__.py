"""Decisions in words: every sentence stands in one table, in Chinese and in English."""
