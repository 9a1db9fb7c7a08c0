"""The commands besides running: each reads its settings and does one thing; `guard` runs on.

They touch files; `prepare`, `probe` and `reload-topology` ask servers, `guard` kills nodes. Only
`timeline` asks the API server: it runs on a person's machine and uses kubectl.
"""
