"""Judge a set of signing files: bytes in, verdict out. Nothing here reads files or clocks."""
