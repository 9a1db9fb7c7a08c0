"""Every fault, with figures: `make test-faults`. One case at a time: their figures are times."""
