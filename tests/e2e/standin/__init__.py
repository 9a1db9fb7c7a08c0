"""A stand-in for cardano-node in tests: not a node, but it starts, forges and exits like one.

It shares no code with the sidecar on purpose: in tests it is the judge of what a node would do.
Standard library only, so that its image needs nothing but an interpreter. See README.md.
"""
