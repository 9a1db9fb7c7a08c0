"""The node of each supported version, and one whose metrics page is slow."""
