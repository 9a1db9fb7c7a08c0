"""Faults by chance, one after another or two at once: what `make test-random` runs.

What happens follows from a seed alone (plan.py); to whom, from who leads when its turn has come.
"""
