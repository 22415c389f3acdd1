"""Ports for other stacks: what a program asks of a Hub and of a store of datasets, and the adapters that answer."""

from recipes_data.ports.choosing import dataset_store, hub_client
from recipes_data.ports.jsonrecords import from_json, to_json
from recipes_data.ports.needs import Missing, missing_callbacks, require
from recipes_data.ports.options import AdapterOptions
from recipes_data.ports.people import OrganisationRecord, UserRecord
from recipes_data.ports.protocols import DatasetStore, HubClient
from recipes_data.ports.records import (
    CommitRecord,
    FileRecord,
    Gating,
    RefRecord,
    RefsRecord,
    RepoKind,
    RepoRecord,
    SiblingRecord,
    Visibility,
)

__all__ = [
    "AdapterOptions",
    "CommitRecord",
    "DatasetStore",
    "FileRecord",
    "Gating",
    "HubClient",
    "Missing",
    "OrganisationRecord",
    "RefRecord",
    "RefsRecord",
    "RepoKind",
    "RepoRecord",
    "SiblingRecord",
    "UserRecord",
    "Visibility",
    "dataset_store",
    "from_json",
    "hub_client",
    "missing_callbacks",
    "require",
    "to_json",
]
