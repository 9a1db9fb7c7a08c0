"""docs/upgrade.md on a cluster, by its own commands: `make test-migration`.

The custom resource definitions belong to the whole cluster, so these cases run one after another
and put the definitions of this chart back.
"""
