"""What several test suites use: keys, a network, the stand-in as a process, a producer's values."""
