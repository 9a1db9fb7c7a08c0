"""Every fault, with figures: `make test-faults`. One case after another, as their figures are times."""
