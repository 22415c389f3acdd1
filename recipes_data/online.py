"""Opens the way to a Hub, on first use: client, connections and patience of one run."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

from recipes_data.address import Address
from recipes_data.errors import HubError, RecipesDataError, UsageError
from recipes_data.fetch import fetch
from recipes_data.hub.gate import Gate
from recipes_data.hub.patience import Patience
from recipes_data.hub.retry import Policy
from recipes_data.locked import Hub
from recipes_data.places import Places
from recipes_data.plan import Plan
from recipes_data.sources import HubCache, hub_cache_folder
from recipes_data.store import store_at

if TYPE_CHECKING:
    from recipes_data.sites import Sites

__all__ = ["DEFAULT_ENDPOINT", "OTHER_TOKEN_NAMES", "Opener", "endpoint_of", "fetch_for_load", "is_offline"]

OTHER_TOKEN_NAMES = ("HUGGING_FACE_API_KEY", "HUGGINGFACE_API_KEY", "HF_API_KEY")
DEFAULT_ENDPOINT = "https://huggingface.co"
_FIRST_CONTACT_SECONDS = 3.5  # with Python's start, an answer within five seconds


def endpoint_of(environ: Mapping[str, str]) -> str:
    """`HF_ENDPOINT`, else huggingface.co; without a trailing slash."""
    return (environ.get("HF_ENDPOINT") or DEFAULT_ENDPOINT).rstrip("/")


def is_offline(environ: Mapping[str, str]) -> bool:
    """Whether the environment forbids the network, by the switches that huggingface_hub knows."""
    switches = (environ.get("HF_HUB_OFFLINE", ""), environ.get("TRANSFORMERS_OFFLINE", ""))
    return any(switch.upper() in {"1", "ON", "YES", "TRUE"} for switch in switches)


class Opener:
    """Gives the `Hub` when it is called; the first call connects, the later ones return the same.

    A Hub that cannot be reached is an error within five seconds, and the same error at every call.
    `origin`: what locks record, the endpoint by default. `token`: None is the user's own, False none.
    `store`: root of the store whose runs wait together when the Hub says so.

    Raises:
        UsageError: the endpoint carries a user name or a password; it would stand in locks and messages.
    """

    def __init__(
        self,
        endpoint: str,
        environ: Mapping[str, str],
        *,
        token: str | Literal[False] | None = None,
        origin: str | None = None,
        sample: bool = False,
        policy: Policy | None = None,
        report: Callable[[HubError, float], None] | None = None,
        note: Callable[[str], None] = lambda text: None,
        sleep: Callable[[float], None] = time.sleep,
        store: Path | None = None,
    ) -> None:
        self._endpoint = endpoint.rstrip("/")
        before, at, host = urlsplit(self._endpoint).netloc.rpartition("@")
        if before or at:
            raise UsageError(
                f"the endpoint carries a user name or a password (before @{host})",
                "take it out of HF_ENDPOINT or --endpoint; a token goes into HF_TOKEN or --token-file",
            )
        self._environ = environ
        self._note = note
        self._token = token
        self._origin = origin or self._endpoint
        self._sample = sample
        gate = Gate(store, self._endpoint) if store is not None else None
        self._patience = Patience(policy, report=report, sleep=sleep, gate=gate)
        self._hub: Hub | None = None
        self._error: RecipesDataError | None = None
        self._sites: Sites | None = None
        self._lock = threading.Lock()

    def __call__(self) -> Hub:
        """The Hub.

        Raises:
            HubDownError: it cannot be reached.
        """
        with self._lock:  # transfer threads call it too
            if self._error is not None:
                raise self._error
            if self._hub is None:
                try:
                    self._hub = self._open()
                except RecipesDataError as exc:
                    self._error = exc
                    raise
            return self._hub

    def _open(self) -> Hub:
        # imported here: a run that needs no Hub pays for none of it
        from recipes_data.hub.connection import Connections, ca_environment
        from recipes_data.hub.reach import reachable

        reachable(self._endpoint, self._environ, _FIRST_CONTACT_SECONDS)
        # the Hub's client knows SSL_CERT_FILE alone; it reads it when it makes its first connection
        os.environ.update(ca_environment(self._environ))
        from recipes_data.hub.huggingface import HuggingFaceHub, user_token

        token = self._token
        if token is None:
            token = user_token() or self._other_token() or False
        client = HuggingFaceHub(self._endpoint, token=token)
        return Hub(client, Connections(environ=self._environ), self._patience, self._origin, self._sample)

    def sites(self) -> Sites:
        """The way to places that are no Hub, opened at the first call; nothing of the Hub's is sent there."""
        with self._lock:
            if self._sites is None:
                from recipes_data.hub.connection import Connections
                from recipes_data.sites import Sites

                # a patience of its own: what another place asks for is no reason to keep the Hub waiting
                self._sites = Sites(Connections(environ=self._environ), Patience(Policy(retries=4, budget=60.0)))
            return self._sites

    def _other_token(self) -> str | None:
        """A token under one of the names that other tools use; the Hub's client knows none of them."""
        for name in OTHER_TOKEN_NAMES:
            if self._environ.get(name):
                self._note(f"the token comes from {name}; call it HF_TOKEN, which every Hub client reads")
                return self._environ[name]
        return None

    def close(self) -> None:
        """Close the connections, if any were opened."""
        if self._hub is not None:
            self._hub.connections.close()
        if self._sites is not None:
            self._sites.close()


class _Silent:
    """A watcher that shows nothing."""

    def planned(self, plan: Plan) -> None:
        """Refuse nothing."""

    def moved(self, count: int) -> None:
        """Show nothing."""

    def note(self, text: str) -> None:
        """Say nothing."""

    def converting(self, name: str, size: int) -> None:
        """Show nothing."""


def fetch_for_load(
    wanted: Sequence[Address], places: Places, environ: Mapping[str, str], token: str | Literal[False] | None = None
) -> None:
    """What `load(..., fetch=True)` runs first: the same path as `recipes-data fetch NAME...`, silently, in one run.

    Without a config the dataset's default one is fetched. `token`: None is the user's own, False none.

    Raises:
        RecipesDataError: whatever stopped it.
    """
    # YAML and pydantic only for those who ask to fetch
    from recipes_data.catalogue import read_catalogue

    catalogue = read_catalogue(places.catalogues)
    by_name: dict[str, list[Address]] = {}
    for one in wanted:
        config = one.config or catalogue.dataset(one.name).default_config
        by_name.setdefault(one.name, []).append(replace(one, config=config))
    opener = Opener(endpoint_of(environ), environ, token=token, store=places.store)
    offline = is_offline(environ)
    try:
        outcomes = fetch(
            catalogue,
            by_name,
            locks=places.hub_locks,
            store=store_at(places),
            hub=None if offline else opener,
            sites=None if offline else opener.sites,
            watcher=_Silent(),
            sources=[HubCache(hub_cache_folder(environ), note=_Silent().note)],
            frozen=bool(environ.get("CI")),
        )
    finally:
        opener.close()
    for outcome in outcomes:
        if outcome.error is not None:
            raise outcome.error
