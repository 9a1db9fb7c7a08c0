"""A pool in several clusters: which of them is to forge.

Pure, but for `probe` (asks a URL, reads the volume with its CA and headers) and `member_reporter`
(writes to the hub).
"""
