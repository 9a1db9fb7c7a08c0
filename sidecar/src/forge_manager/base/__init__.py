"""What every other room may use: clocks, files, logs, threads, variables, one bounded HTTP GET.

Decides nothing.
"""
