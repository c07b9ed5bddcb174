"""
A language model that is asked over HTTP: any address that answers like OpenAI's ``/chat/completions``.

One call, no second try: a model that does not answer is told, not waited for. The key is read from the environment at
each call, so that it is in no object, no message and no other process.
"""

import json
import os
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dorsale.errors import ModelAddress

KEY = "DORSALE_LLM_KEY"
PATH = "/chat/completions"
# An answer about a few paragraphs is never as long as this.
LONGEST = 4 << 20


class NoAnswer(Exception):
    """The model gave no answer; ``reason`` is ``timeout``, ``http``, ``unreachable`` or ``json``."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """The key goes to the address that was named, and to no other."""

    def redirect_request(self, *_: Any) -> None:
        return None


@dataclass(frozen=True, slots=True)
class Model:
    """A model at an address, by the name that the server knows it by; ``timeout`` is for a whole answer, in seconds."""

    url: str
    name: str | None = None
    timeout: float = 120

    def __post_init__(self) -> None:
        """Raise :class:`ModelAddress` for what is no address of the web."""
        if not self.url.startswith(("http://", "https://")):
            raise ModelAddress(url=self.url)

    def ask(self, messages: Sequence[Mapping[str, str]], schema: Mapping[str, Any]) -> str:
        """Return what the model says, meant to be JSON of a schema; if it says nothing, :class:`NoAnswer` tells why."""
        body: dict[str, Any] = {
            "messages": list(messages),
            "temperature": 0,
            "response_format": {
                "type": "json_schema",
                "json_schema": {"name": "facts", "strict": True, "schema": schema},
            },
        }
        if self.name:
            body["model"] = self.name
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if key := os.environ.get(KEY):
            headers["Authorization"] = f"Bearer {key}"
        base = self.url.rstrip("/")
        address = base if base.endswith(PATH) else base + PATH
        request = urllib.request.Request(address, json.dumps(body).encode(), headers)
        said = self._read(request)
        try:
            content = json.loads(said)["choices"][0]["message"]["content"]
        except (ValueError, LookupError, TypeError) as error:
            raise NoAnswer("json") from error
        if not isinstance(content, str):
            raise NoAnswer("json")
        return content

    def _read(self, request: urllib.request.Request) -> bytes:
        """Return the body of an answer; a server that sends a byte now and then is stopped like one that sends none."""
        deadline = time.monotonic() + self.timeout
        parts: list[bytes] = []
        try:
            with urllib.request.build_opener(_NoRedirect).open(request, timeout=self.timeout) as answer:
                while part := answer.read1(1 << 16):
                    parts.append(part)
                    if time.monotonic() > deadline:
                        raise NoAnswer("timeout")
                    if sum(map(len, parts)) > LONGEST:
                        raise NoAnswer("json")
        except urllib.error.HTTPError as error:
            error.close()
            raise NoAnswer("http") from error
        except TimeoutError as error:
            raise NoAnswer("timeout") from error
        except urllib.error.URLError as error:
            raise NoAnswer("timeout" if isinstance(error.reason, TimeoutError) else "unreachable") from error
        except (OSError, ValueError) as error:  # a connection that breaks off, a broken status line
            raise NoAnswer("unreachable") from error
        return b"".join(parts)
