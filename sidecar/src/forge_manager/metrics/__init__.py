"""The metrics page, and what is counted for it.

Touches nothing: it asks the other rooms for what they recorded.
"""
