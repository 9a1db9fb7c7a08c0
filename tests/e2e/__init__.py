"""Tests on a real cluster.

`make e2e` runs them on the cluster and with the images of `make images` (or those that KUBECONFIG,
FORGE_MANAGER_IMAGE and STANDIN_IMAGE name). Each case has a namespace of its own, under the
`restricted` Pod Security standard, so all run side by side; one that fails shows its namespace's
events, container states and logs. core/ is what `make test` runs,
faults/ what `make test-faults` runs, on a kind cluster alone; clusters/ what `make test-clusters`
runs, on three; chaos/ what `make test-random` and `make test-random-clusters` run, on either.
standin/ is the node's stand-in.
"""
