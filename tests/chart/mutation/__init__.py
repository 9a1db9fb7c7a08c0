"""Break template lines in turn; the share that a rendering test notices is what they are worth."""
