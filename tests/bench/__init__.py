"""Tests of what measurements are reported with."""
