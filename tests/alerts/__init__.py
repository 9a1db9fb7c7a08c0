"""The alerts as the chart renders them, tried by promtool."""
