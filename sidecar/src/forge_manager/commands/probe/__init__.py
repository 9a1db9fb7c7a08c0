"""`forge-manager probe`, which `helm test` runs: ask managers from outside, judge the answers."""
