"""Random faults, one after another or two at once: `make test-random`, `make soak`.

The seed alone decides what happens (plan.py); whom it hits depends on who leads at that moment.
"""
