"""The only home of what the Hub says of users and organisations, as typed records.

Sources of the names: the official client's source (huggingface_hub 2.4.0, `hf_api.py`: `User`, `Organization`,
`whoami`), and for `whoami` the recorded shape in `tests/contract/exchanges.yaml`. None: the Hub did not say it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from recipes_data.ports.jsonrecords import COUNT, FLAG, TEXT, VALUE, records_of, said, unsaid

__all__ = ["OrganisationRecord", "UserRecord"]


@dataclass(frozen=True, slots=True)
class OrganisationRecord:
    """An organisation: in full, or as a user's membership names it."""

    name: str | None = said("name", TEXT)
    fullname: str | None = said("fullname", TEXT)
    kind: str | None = said("type", TEXT)
    avatar_url: str | None = said("avatarUrl", TEXT)
    details: str | None = said("details", TEXT)
    is_verified: bool | None = said("isVerified", FLAG)
    plan: str | None = said("plan", TEXT)
    users: int | None = said("numUsers", COUNT)
    models: int | None = said("numModels", COUNT)
    datasets: int | None = said("numDatasets", COUNT)
    spaces: int | None = said("numSpaces", COUNT)
    followers: int | None = said("numFollowers", COUNT)
    more: Mapping[str, Any] = unsaid()


@dataclass(frozen=True, slots=True)
class UserRecord:
    """A user: as `whoami` answers (`name`, and with it `orgs` and `auth`), or as an overview does (`user`)."""

    name: str | None = said("name", TEXT)
    user: str | None = said("user", TEXT)
    fullname: str | None = said("fullname", TEXT)
    kind: str | None = said("type", TEXT)
    avatar_url: str | None = said("avatarUrl", TEXT)
    details: str | None = said("details", TEXT)
    is_pro: bool | None = said("isPro", FLAG)
    models: int | None = said("numModels", COUNT)
    datasets: int | None = said("numDatasets", COUNT)
    spaces: int | None = said("numSpaces", COUNT)
    followers: int | None = said("numFollowers", COUNT)
    organisations: tuple[OrganisationRecord, ...] | None = said("orgs", records_of(OrganisationRecord))
    auth: Mapping[str, Any] | None = said("auth", VALUE)
    more: Mapping[str, Any] = unsaid()

    @property
    def login(self) -> str:
        """The name by which repositories name this user; empty where none is said."""
        return self.name or self.user or ""
