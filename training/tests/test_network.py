"""The way to the model hub where the owner trusts any certificate."""

from __future__ import annotations

import os
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

TLS = Path(__file__).parents[2] / "test" / "support" / "tls"
SOURCES = Path(__file__).parents[1] / "src"

ASK = """
import sys
from aepo_training.network import follow_owner
follow_owner()
from huggingface_hub.utils import get_session
print(get_session().get(sys.argv[1]).status_code)
"""


class _Answer(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def address() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), _Answer)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(TLS / "server.pem", TLS / "server.key")
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"https://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    ("variables", "reached"),
    [({}, False), ({"AEPO_TLS_VERIFY": "0"}, True), ({"SSL_CERT_FILE": str(TLS / "ca.pem")}, True)],
)
def test_a_certificate_of_an_unknown_authority(address: str, variables: dict[str, str], reached: bool) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SSL_CERT")}
    environment |= {"PYTHONPATH": str(SOURCES), "NO_PROXY": "127.0.0.1", "HF_HUB_OFFLINE": "0", **variables}
    asked = subprocess.run(
        [sys.executable, "-c", ASK, address], env=environment, capture_output=True, text=True, check=False
    )
    assert (asked.returncode == 0) == reached, asked.stderr
    assert ("CERTIFICATE_VERIFY_FAILED" in asked.stderr) != reached
