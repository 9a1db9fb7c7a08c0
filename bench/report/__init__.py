"""What a measurement gives: figures beside their limits, as table, JSON, page and charts."""
