"""The adapter of the official client for `HubClient`: huggingface_hub as it is, with our records and our errors.

Nothing is verified beyond what that client verifies, and its own cache is used.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from huggingface_hub import constants, get_session, get_token, hf_hub_download, snapshot_download
from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError, OfflineModeIsEnabled
from huggingface_hub.utils import (  # type: ignore[attr-defined]  # public, and not in its __all__
    build_hf_headers,
    filter_repo_objects,
    hf_raise_for_status,
    paginate,
)

from recipes_data.errors import AuthError, HubDownError, HubError, NotOnHubError, UnknownNameError
from recipes_data.hub.answers import Asked, error_for
from recipes_data.ports.jsonrecords import from_json
from recipes_data.ports.options import AdapterOptions
from recipes_data.ports.people import UserRecord
from recipes_data.ports.records import CommitRecord, EntryKind, FileRecord, RefsRecord, RepoKind, RepoRecord

__all__ = ["PlainHub", "make"]

_TransportError: type[Exception] = HfHubHTTPError.__mro__[1]  # of the HTTP library, which is not ours to import
_SECONDS = 30.0
_MAIN = "main"


class PlainHub:
    """A `HubClient` over huggingface_hub. `revision=None` is `main`, as for that client."""

    def __init__(self, options: AdapterOptions) -> None:
        self._endpoint = (options.endpoint or constants.ENDPOINT).rstrip("/")
        self._token: str | bool = get_token() or False if options.token is None else options.token

    def __repr__(self) -> str:
        return f"PlainHub({self._endpoint!r}, token={'set' if self._token else 'none'})"

    @property
    def lacks(self) -> Mapping[str, str]:
        """Nothing."""
        return {}

    def download(self, repo: str, path: str, kind: RepoKind = RepoKind.DATASET, revision: str | None = None) -> Path:
        """As `hf_hub_download`: a link in its cache."""
        with self._asking(repo, kind, revision, path):
            found = hf_hub_download(
                repo,
                path,
                repo_type=kind.value,
                revision=revision,
                endpoint=self._endpoint,
                token=self._token,
            )
        return Path(str(found))

    def snapshot(
        self,
        repo: str,
        kind: RepoKind = RepoKind.DATASET,
        revision: str | None = None,
        patterns: Sequence[str] = (),
    ) -> Path:
        """As `snapshot_download`: the commit's folder in its cache, which may hold more than `patterns` ask for.

        That client succeeds where nothing matches; here it is an error.
        """
        with self._asking(repo, kind, revision):
            found = snapshot_download(
                repo,
                repo_type=kind.value,
                revision=revision,
                endpoint=self._endpoint,
                token=self._token,
                allow_patterns=list(patterns) or None,
            )
        folder = Path(str(found))
        held = (path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir())
        if patterns and not any(True for _ in filter_repo_objects(held, allow_patterns=list(patterns))):
            raise UnknownNameError(f"no file of {repo!r} matches {', '.join(patterns)}", "correct a pattern")
        return folder

    def list_files(
        self, repo: str, kind: RepoKind = RepoKind.DATASET, revision: str | None = None
    ) -> tuple[FileRecord, ...]:
        """The whole tree, page by page."""
        address = f"/api/{kind.area}/{repo}/tree/{quote(revision or _MAIN, safe='')}"
        with self._asking(repo, kind, revision):
            pages = paginate(f"{self._endpoint}{address}", {"recursive": "true", "expand": "false"}, self._headers())
            entries = [from_json(FileRecord, entry) for entry in pages]
        return tuple(sorted((one for one in entries if one.kind is EntryKind.FILE), key=lambda one: one.path))

    def info(self, repo: str, kind: RepoKind = RepoKind.DATASET, revision: str | None = None) -> RepoRecord:
        """The record, with sizes and digests of the files."""
        address = f"/api/{kind.area}/{repo}/revision/{quote(revision or _MAIN, safe='')}"
        with self._asking(repo, kind, revision):
            return from_json(RepoRecord, self._json(f"{address}?blobs=true"), kind=kind)

    def refs(self, repo: str, kind: RepoKind = RepoKind.DATASET) -> RefsRecord:
        """Branches, tags and converted forms, without pull requests."""
        with self._asking(repo, kind, None):
            return from_json(RefsRecord, self._json(f"/api/{kind.area}/{repo}/refs"))

    def commits(
        self, repo: str, kind: RepoKind = RepoKind.DATASET, revision: str | None = None
    ) -> tuple[CommitRecord, ...]:
        """The whole history, page by page."""
        address = f"{self._endpoint}/api/{kind.area}/{repo}/commits/{quote(revision or _MAIN, safe='')}"
        with self._asking(repo, kind, revision):
            return tuple(from_json(CommitRecord, one) for one in paginate(address, {}, self._headers()))

    def whoami(self) -> UserRecord:
        """Whose token is used."""
        if not self._token:
            raise AuthError("no token is set, so there is nobody to name", "hf auth login (or set HF_TOKEN)")
        with self._asking("", None, None):
            return from_json(UserRecord, self._json("/api/whoami-v2"))

    def _headers(self) -> dict[str, str]:
        return build_hf_headers(token=self._token, library_name="recipes-data")

    def _json(self, address: str) -> Any:
        answer = get_session().get(f"{self._endpoint}{address}", headers=self._headers(), timeout=_SECONDS)
        hf_raise_for_status(answer)
        return answer.json()

    @contextmanager
    def _asking(self, repo: str, kind: RepoKind | None, revision: str | None, path: str = "") -> Iterator[None]:
        """The client's errors as ours."""
        what = kind.value if kind is not None else "account"
        asked = Asked(self._endpoint, repo, what, revision or _MAIN, path, token_sent=bool(self._token))
        try:
            yield
        except HfHubHTTPError as exc:
            raise _of_answer(exc, asked) from exc
        except HFValidationError as exc:
            raise NotOnHubError(f"{repo!r} is not an id that the Hub can have", "correct the repository's id") from exc
        except LocalEntryNotFoundError as exc:
            # the client's own word for "could not be asked, and not in the cache"; the answer, if any, is its cause
            cause = exc.__cause__
            raise (_of_answer(cause, asked) if isinstance(cause, HfHubHTTPError) else _unreachable(exc, asked)) from exc
        except (OfflineModeIsEnabled, _TransportError) as exc:
            raise _unreachable(exc, asked) from exc
        except ValueError as exc:  # no JSON
            raise HubError(
                f"{self._endpoint} answered something that is not the Hub's JSON (asked for {asked})",
                "a proxy or a captive portal may have answered: check HTTPS_PROXY, HF_ENDPOINT",
            ) from exc


def make(options: AdapterOptions) -> PlainHub:
    """The adapter, for these options."""
    return PlainHub(options)


def _of_answer(exc: HfHubHTTPError, asked: Asked) -> HubError:
    headers = {name.lower(): value for name, value in exc.response.headers.items()}
    return error_for(exc.response.status_code, headers, asked)


def _unreachable(exc: Exception, asked: Asked) -> HubDownError:
    return HubDownError(
        f"{asked.endpoint} could not be asked for {asked} ({type(exc).__name__})",
        "check the network, HTTPS_PROXY, HF_ENDPOINT and HF_HUB_OFFLINE, then run again",
    )
