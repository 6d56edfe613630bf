"""How the runner reaches the model hub where the owner trusts any certificate."""

from __future__ import annotations

import os
from typing import Any

#: Set to 0 by the owner where VS Code's http.proxyStrictSSL is off.
VERIFY = "AEPO_TLS_VERIFY"


def follow_owner() -> None:
    """Let huggingface_hub take any certificate if the owner says so. Nothing is imported otherwise."""
    if os.environ.get(VERIFY) != "0":
        return
    # Its downloads through Xet have a client of their own, which checks certificates.
    os.environ["HF_HUB_DISABLE_XET"] = "1"
    import huggingface_hub
    from huggingface_hub.utils import _http

    def unverified() -> Any:
        usual = _http.default_client_factory()
        return type(usual)(verify=False, event_hooks=usual.event_hooks, follow_redirects=True, timeout=None)

    huggingface_hub.set_client_factory(unverified)
