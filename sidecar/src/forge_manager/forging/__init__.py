"""The one state machine that decides whether this pod's node forges; pure."""
