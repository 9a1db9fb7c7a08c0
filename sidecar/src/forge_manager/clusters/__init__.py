"""One pool in several clusters: which of them may forge, and what they tell each other."""
