"""Set up what cardano-node needs on its volumes before it starts: the setup init container."""
