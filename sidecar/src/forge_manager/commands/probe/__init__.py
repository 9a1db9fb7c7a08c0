"""`forge-manager probe`, which `helm test` runs: asks managers and judges their answers."""
