"""docs/upgrade.md on a cluster: its own commands are what is run.

The custom resource definitions are the whole cluster's, so these cases run one after another and
put the definitions of this chart back.
"""
