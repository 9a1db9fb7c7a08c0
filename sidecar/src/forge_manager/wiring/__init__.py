"""Connects the rooms: the only room that knows all others, so it touches whatever they do."""
