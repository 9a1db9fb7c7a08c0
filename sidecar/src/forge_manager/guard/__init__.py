"""The second line of defence: it kills a node that its manager no longer vouches for.

Touches what `fence` and `node` touch. No network.
"""
