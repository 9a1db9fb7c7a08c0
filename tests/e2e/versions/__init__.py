"""The node of each version that is supported, and one whose metrics page is slow."""
