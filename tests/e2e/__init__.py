"""Tests on a real cluster, with a stand-in for the node (standin/).

They use the cluster and images of `make images`, or those that KUBECONFIG, FORGE_MANAGER_IMAGE and
STANDIN_IMAGE name. Each case has its own namespace, under the `restricted` Pod Security standard,
so cases can run side by side; one that fails shows its namespace's events, container states and
logs.

`make test` runs core/, and 500 sets of values/. Each other folder has its target, `make
test-FOLDER`, but for chaos/ (`make test-random`, `make test-random-clusters`), reader/ (`make
test-monitoring`) and release/ (`make test-install`). faults/ needs a kind cluster; clusters/ makes
three. framework/ has what they share.
"""
