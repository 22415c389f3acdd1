"""A real language server over stdio, asked what it would complete: the part of LSP that this takes, and no more."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any, Self

SERVER = (sys.executable, "-c", "from basedpyright.langserver import main; main()", "--stdio")
SETTINGS = {"python": {"pythonPath": sys.executable}, "basedpyright.analysis": {"diagnosticMode": "openFilesOnly"}}


class Editor:
    """An editor with one folder open; a context manager, which ends the server."""

    def __init__(self, folder: Path, environ: dict[str, str]) -> None:
        self._folder = folder
        self._number = 0
        self._server = subprocess.Popen(
            SERVER, cwd=folder, env=environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )

    def __enter__(self) -> Self:
        folders = [{"uri": self._folder.as_uri(), "name": "project"}]
        able = {"workspace": {"configuration": True, "workspaceFolders": True}}
        began = {"processId": None, "rootUri": folders[0]["uri"], "workspaceFolders": folders, "capabilities": able}
        self.ask("initialize", began)
        self._send({"method": "initialized", "params": {}})
        return self

    def __exit__(self, *_: object) -> None:
        self._server.kill()
        self._server.communicate()

    def completed(self, line: str) -> set[str]:
        """What is offered where `|` stands in a line, after the imports of a program."""
        text = "from loaders import load, load_dataset\n" + line.replace("|", "")
        self._number += 1
        uri = (self._folder / f"open{self._number}.py").as_uri()
        document = {"uri": uri, "languageId": "python", "version": 1, "text": text}
        self._send({"method": "textDocument/didOpen", "params": {"textDocument": document}})
        place = {"textDocument": {"uri": uri}, "position": {"line": 1, "character": line.index("|")}}
        found = self.ask("textDocument/completion", place)
        items = found["items"] if isinstance(found, dict) else found or []
        return {item["label"].strip("\"'") for item in items}

    def ask(self, method: str, params: Any) -> Any:
        """The result of a request; what the server asks in between is answered."""
        self._number += 1
        number = self._number
        self._send({"id": number, "method": method, "params": params})
        while True:
            said = self._receive()
            if said.get("id") == number and "method" not in said:
                assert "error" not in said, said
                return said["result"]
            if "id" in said and "method" in said:
                items = said.get("params", {}).get("items", []) if said["method"] == "workspace/configuration" else None
                answer = None if items is None else [SETTINGS.get(item.get("section"), {}) for item in items]
                self._send({"id": said["id"], "result": answer})

    def _send(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self._server.stdin is not None
        self._server.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self._server.stdin.flush()

    def _receive(self) -> dict[str, Any]:
        assert self._server.stdout is not None
        length = 0
        while (line := self._server.stdout.readline().strip()) or not length:
            assert line or not self._server.poll(), "the language server ended"
            if line.lower().startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        found: dict[str, Any] = json.loads(self._server.stdout.read(length))
        return found
