"""The second line of defence: it ends a node that its manager no longer answers for."""
