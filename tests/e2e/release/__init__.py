"""A release into a registry on this machine, and what users install from it."""
