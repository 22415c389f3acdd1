"""The only home of a Hub that answers what is known already: a manifest is tried on it without another request."""

from __future__ import annotations

from collections.abc import Mapping

from recipes_data.errors import HubError
from recipes_data.hub.port import RepoInfo, RepoType

__all__ = ["KnownHub"]


class KnownHub:
    """A `HubSeam` whose every repository is `info`; it has no bytes."""

    def __init__(self, info: RepoInfo, endpoint: str) -> None:
        self._info = info
        self._endpoint = endpoint

    @property
    def endpoint(self) -> str:
        """Base URL of the Hub that `info` is from."""
        return self._endpoint

    def repo_info(self, repo: str, revision: str, repo_type: RepoType) -> RepoInfo:  # noqa: ARG002  # one answer
        """The one repository that is known."""
        return self._info

    def file_url(self, repo: str, commit: str, path: str, repo_type: RepoType) -> str:  # noqa: ARG002  # as above
        """Refused: bytes are not known.

        Raises:
            HubError: always.
        """
        raise HubError(f"{path} of {repo} was asked of a list of files")

    def auth_headers(self) -> Mapping[str, str]:
        """None: nothing is sent."""
        return {}
