"""What every other room may use: clocks, files, logs, threads, the environment."""
