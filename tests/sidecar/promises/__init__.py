"""A model of a feature that is not in the product: several replicas without the API server.

While the API server is unreachable, the leader of several replicas would forge on for up to F
seconds, if every other member promises not to take the Lease. The rules are in `manager` (one
replica's) and `rules` (their times, and a switch for each); `world` has what surrounds them.
`explorer` looks for two that forge, at random and close to every edge in time; `histories` tells
single stories.

The result is in docs/several-replicas-without-api.md.
"""
