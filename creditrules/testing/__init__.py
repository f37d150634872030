"""Tests of policies: cases beside the policy, and what is expected of them."""
