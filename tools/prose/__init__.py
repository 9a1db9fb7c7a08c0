"""The prose linter: docs/style.md as rules."""
