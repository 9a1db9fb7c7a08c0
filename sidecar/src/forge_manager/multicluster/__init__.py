"""A pool in several clusters: which of them should forge.

Pure, except for `probe` (asks a URL, reads the volume with its CA and headers) and
`member_reporter` (writes to the hub).
"""
