"""Remedies at work: each topic lists remedies, and what two replicas that run one must show."""
