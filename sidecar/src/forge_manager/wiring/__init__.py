"""Who is given whom: the only room that knows all others."""
