"""The only importer of huggingface_hub: metadata, token and URLs of the real Hub.

Only calls that make one request, take a time-out and do not retry by themselves are used, so that
the one retry policy stays the only one. The HTTP library underneath (httpx in 1.x, httpx2 in 2.x)
is never imported: the base of its errors is reached through `HfHubHTTPError`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, NoReturn
from urllib.parse import quote

from huggingface_hub import HfApi, constants, get_token
from huggingface_hub.errors import HfHubHTTPError, HFValidationError, OfflineModeIsEnabled
from huggingface_hub.hf_api import DatasetInfo, ModelInfo, RepoSibling

from recipes_data.errors import HubDownError, HubError, NotOnHubError, UsageError
from recipes_data.hub.answers import Asked, error_for
from recipes_data.hub.foreign import meaning_of
from recipes_data.hub.port import RepoFile, RepoInfo, RepoType

__all__ = ["HuggingFaceHub", "user_token"]

_TransportError: type[Exception] = HfHubHTTPError.__mro__[1]
_NO_CONNECTION = frozenset({"ConnectError", "ConnectTimeout", "ProxyError"})
_NO_USE = frozenset({"TooManyRedirects", "UnsupportedProtocol", "LocalProtocolError"})
"""Errors of the HTTP library that another try would only repeat."""


class HuggingFaceHub:
    """A `HubSeam` over huggingface_hub 1.5 or later.

    `token`: None takes the user's own (HF_TOKEN, the token file: as huggingface_hub resolves them);
    False sends none. `connect_seconds`, `read_seconds` bound each request.

    Raises:
        UsageError: the token file cannot be read, or the token is not one word.
    """

    def __init__(
        self,
        endpoint: str,
        *,
        token: str | Literal[False] | None = None,
        user_agent: str = "recipes-data",
        connect_seconds: float = 4.0,
        read_seconds: float = 30.0,
    ) -> None:
        self._endpoint = endpoint.rstrip("/")
        self._token = user_token() if token is None else (token or None)
        if self._token and not (self._token.isascii() and self._token.isprintable() and " " not in self._token):
            raise UsageError("the token is not one word of plain characters", "correct HF_TOKEN or the token file")
        self._timeout: Any = (connect_seconds, read_seconds, read_seconds, connect_seconds)
        self._api = HfApi(endpoint=self._endpoint, token=self._token or False, library_name=user_agent)

    @property
    def endpoint(self) -> str:
        """Base URL without a trailing slash."""
        return self._endpoint

    def __repr__(self) -> str:
        return f"HuggingFaceHub({self._endpoint!r}, token={'set' if self._token else 'none'})"

    def __reduce__(self) -> NoReturn:
        """Refused: a pickle would hold the token."""
        raise TypeError("a HuggingFaceHub cannot be pickled: it holds a token")

    def auth_headers(self) -> Mapping[str, str]:
        """The bearer token, or nothing."""
        return {"Authorization": f"Bearer {self._token}"} if self._token else {}

    def file_url(self, repo: str, commit: str, path: str, repo_type: RepoType) -> str:
        """`{endpoint}/datasets/{repo}/resolve/{commit}/{path}`, quoted."""
        kind = "datasets/" if repo_type == "dataset" else ""
        return f"{self._endpoint}/{kind}{repo}/resolve/{quote(commit, safe='')}/{quote(path)}"

    def repo_info(self, repo: str, revision: str, repo_type: RepoType) -> RepoInfo:
        """One request: the commit of `revision` and every file with size and digest."""
        asked = Asked(self._endpoint, repo, repo_type, revision, token_sent=self._token is not None)
        ask = self._api.dataset_info if repo_type == "dataset" else self._api.model_info
        try:
            answer = ask(repo, revision=revision, files_metadata=True, timeout=self._timeout)
        except HfHubHTTPError as exc:
            raise error_for(exc.response.status_code, _lower(exc.response.headers), asked) from exc
        except HFValidationError as exc:
            raise NotOnHubError(f"{repo!r} is not an id that the Hub can have", "correct `repo:`") from exc
        except OfflineModeIsEnabled as exc:
            raise HubDownError(
                f"HF_HUB_OFFLINE is set, and {asked} has to be asked for", "unset HF_HUB_OFFLINE", connected=False
            ) from exc
        except _TransportError as exc:
            raise _unreachable(exc, asked) from exc
        except ImportError as exc:
            # httpx asks for socksio as soon as any proxy variable names a SOCKS proxy
            raise UsageError(
                f"the Hub's client cannot be made: {exc}", "unset the SOCKS proxy (ALL_PROXY), or: pip install socksio"
            ) from exc
        except Exception as exc:
            if (kind := meaning_of(exc)) is not None:
                raise kind(
                    f"the Hub's client failed: {type(exc).__name__} (asked for {asked})", "run again; then report it"
                ) from exc
            if not isinstance(exc, (ValueError, TypeError, KeyError, AttributeError)):
                raise
            raise HubError(
                f"{self._endpoint} answered something that is not the Hub's JSON (asked for {asked})",
                "a proxy or a captive portal may have answered: check HTTPS_PROXY, HF_ENDPOINT",
            ) from exc
        return _repo_info(answer, repo, repo_type, asked)


def user_token() -> str | None:
    """The user's own token as huggingface_hub resolves it: HF_TOKEN, HUGGING_FACE_HUB_TOKEN, the token file.

    Raises:
        UsageError: the token file cannot be read.
    """
    try:
        return get_token()
    except (FileNotFoundError, NotADirectoryError):
        return None  # removed while it was looked for: no token
    except (OSError, UnicodeDecodeError) as exc:
        raise UsageError(
            f"the token file {constants.HF_TOKEN_PATH} cannot be read ({type(exc).__name__})",
            "correct it, or set HF_TOKEN, or HF_TOKEN_PATH to another file",
        ) from exc


def _unreachable(exc: Exception, asked: Asked) -> HubError:
    # by class name: the classes live in the HTTP library, which is not ours to import
    names = {kind.__name__ for kind in type(exc).__mro__}
    if names & _NO_USE:
        return HubError(
            f"{asked.endpoint} cannot be asked ({type(exc).__name__}, asked for {asked})",
            "check HF_ENDPOINT and the proxy",
        )
    connected = not (names & _NO_CONNECTION)
    return HubDownError(
        f"{asked.endpoint} could not be reached ({type(exc).__name__}, asked for {asked})",
        "check the network, HTTPS_PROXY and HF_ENDPOINT, then run the same command again",
        connected=connected,
    )


def _repo_info(answer: DatasetInfo | ModelInfo, repo: str, repo_type: RepoType, asked: Asked) -> RepoInfo:
    files = tuple(sorted((_file(sibling, asked) for sibling in answer.siblings or ()), key=lambda file: file.path))
    card = dict(vars(answer.card_data)) if answer.card_data is not None else {}
    commit = answer.sha or ""
    if len(commit) != 40:
        raise HubError(f"{asked.endpoint} named no commit for {asked}", "try again; if it stays so, report it")
    gated: Literal[False, "auto", "manual"] = answer.gated or False
    licence, called = _license(card.get("license")), answer.id or ""
    return RepoInfo(repo, repo_type, commit, files, gated, bool(answer.private), licence, card, called)


def _file(sibling: RepoSibling, asked: Asked) -> RepoFile:
    lfs = sibling.lfs
    if lfs is not None:
        return RepoFile(sibling.rfilename, int(lfs["size"]), f"sha256:{lfs['sha256']}")
    if sibling.size is None or not sibling.blob_id:
        raise HubError(
            f"{asked.endpoint} lists {sibling.rfilename} of {asked} without size and digest",
            "an old or partial mirror? the Hub itself lists both: check HF_ENDPOINT",
        )
    return RepoFile(sibling.rfilename, sibling.size, f"git-sha1:{sibling.blob_id}")


def _license(value: object) -> str | None:
    if isinstance(value, list):
        return ", ".join(str(item) for item in value) or None
    return str(value) if value else None


def _lower(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}
