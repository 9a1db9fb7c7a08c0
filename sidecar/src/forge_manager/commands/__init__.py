"""The commands beside running: each reads its settings and does one thing; `guard` does not end.

They touch files; `prepare`, `probe` and `reload-topology` ask servers, `guard` ends nodes. None
asks the API server but `timeline`, which runs on a person's machine and has kubectl do it.
"""
