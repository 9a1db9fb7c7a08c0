"""What every other room may use: clocks, files, logs, threads, the parsing of variables.

Decides nothing.
"""
