"""The center from outside: one kept connection, as a browser or a program has it."""

import http.client
import json
from typing import Any
from urllib.parse import urlsplit


class Unexpected(RuntimeError):
    """An answer with another status than was expected."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


class Client:
    """One connection with its cookies. Raises Unexpected."""

    def __init__(self, url: str) -> None:
        self._connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=30)
        self.cookies: dict[str, str] = {}
        self.close = self._connection.close
        self.form: dict[str, str] = {}

    def send(self, method: str, path: str, *, expect: int, body: str = "", **headers: str) -> str:
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        self._connection.request(method, path, body.encode(), headers | {"Cookie": cookies})
        answer = self._connection.getresponse()
        text = answer.read().decode()
        for cookie in answer.headers.get_all("Set-Cookie", []):
            name, _, rest = cookie.partition("=")
            self.cookies[name] = rest.partition(";")[0]
        if answer.status != expect:
            raise Unexpected(f"{method} {path}: {answer.status} {text[:500]}", answer.status)
        return text

    def post(self, path: str, sent: dict[str, Any], *, expect: int, **headers: str) -> Any:
        """Send JSON; the JSON that comes back."""
        headers["Content_Type"] = "application/json"
        return json.loads(self.send("POST", path, expect=expect, body=json.dumps(sent), **headers))
