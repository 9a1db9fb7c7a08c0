"""The second line of defence: it ends a node that its manager no longer answers for.

Touches what `fence` and `node` touch. No network.
"""
