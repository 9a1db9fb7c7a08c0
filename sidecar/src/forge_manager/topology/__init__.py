"""Have a standby's node read its topology again, without a restart."""
