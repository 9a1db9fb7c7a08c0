"""Every fault, with figures: `make test-faults`. One case after another: their figures are times."""
