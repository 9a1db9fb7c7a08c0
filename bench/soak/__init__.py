"""Random faults for long: what must always hold, and what each process takes meanwhile."""
