"""A model hub on loopback: the files of one model at named revisions, of which `main` can move."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

MODEL = "someone/tiny"


@dataclass
class Hub:
    """The hub.

    Attributes:
        revisions: The folder of files for each commit.
        main: The commit that `main` is now.
        asked: Files that were asked for, each with its revision.
        url: Where it listens.
    """

    revisions: dict[str, Path]
    main: str
    asked: list[tuple[str, str]] = field(default_factory=list)
    url: str = ""


@contextmanager
def serve(revisions: dict[str, Path]) -> Iterator[Hub]:
    """Serve a model; `main` is its first revision."""
    hub = Hub(revisions, next(iter(revisions)))

    class Handler(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self._answer(body=False)

        def do_GET(self) -> None:
            self._answer(body=True)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

        def _answer(self, *, body: bool) -> None:
            prefix = f"/{MODEL}/resolve/"
            revision, _, name = self.path.removeprefix(prefix).partition("/")
            commit = hub.main if revision == "main" else revision
            path = hub.revisions.get(commit, Path("/nowhere")) / name
            if not self.path.startswith(prefix) or not path.is_file():
                self.send_response(404)
                if self.path.startswith(prefix):
                    self.send_header("X-Error-Code", "EntryNotFound")
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            hub.asked.append((name, revision))
            content = path.read_bytes()
            self.send_response(200)
            self.send_header("X-Repo-Commit", commit)
            self.send_header("ETag", f'"{hashlib.sha256(content).hexdigest()}"')
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            if body:
                self.wfile.write(content)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    hub.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield hub
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
