"""Names in sidecar/src that `vulture` takes for unused but are used, grouped by their user."""

from __future__ import annotations

from typing import Any

_: Any = None

# asyncio calls a protocol's methods (http.connection).
_.connection_made
_.get_buffer
_.buffer_updated
_.eof_received
_.connection_lost
_.pause_writing
_.resume_writing
_.sizehint
_.exc

# urllib.request calls a handler's method by the scheme (base.bounded_get).
_.http_open
_.https_open

# The Kubernetes client reads its configuration, and calls the loader's methods (kube).
_.retries
_.client_go_retries
_.connection_pool_maxsize
_.socket_options
_.user_agent
_.refresh_api_key_hook
_.proxy
_.no_proxy
_.cert_file
_.key_file
_._load_from_exec_plugin  # noqa: SLF001

# Values of a setting that nothing compares by name (settings, base.log_lines).
_.DEBUG
_.CRITICAL
_.EXISTENCE

# Two processes are compared as wholes (node.process).
_.start_ticks

# A report is shown whole, as JSON (commands.probe.blocks).
_.tip_block
