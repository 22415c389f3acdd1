"""The only home of files and repositories that old documents name: whether they are there, and where."""

from __future__ import annotations

import re
from typing import Literal

from recipes_data.gaps.documents.grounds import Client, Grounds
from recipes_data.gaps.documents.statements import Statement

__all__ = ["judge_file", "judge_repository"]

_Verdict = Literal["right", "outdated", "contradicted", "unchecked"]
_Found = tuple[_Verdict, str, str]
_HOME = "in the repository of these documents"
_OF_REPOSITORIES = re.compile(
    r"load_dataset|hf_hub_download|repo_id|snapshot_download|from_pretrained|(?<![/\w.-])datasets?(?![/\w.-]|\()",
    re.IGNORECASE,
)
_ANY_NAME = re.compile(r"[A-Z][A-Z_]+")


def judge_file(statement: Statement, grounds: Grounds, about: Client | None) -> _Found | None:
    """Whether a file is in a client's sources, among the documents, or in the repository that they lie in."""
    path = re.sub(r"\A(?:~|\.{1,2})?/", "", statement.subject)
    clients = grounds.beginning_with(about)
    for client in clients:
        found = _in_client(statement, path, client)
        if found is not None:
            return found
    if any(_same(one, path) or path.endswith(f"/{one}") for one in grounds.documents):
        return "right", "it is among the documents that were reviewed", ""
    if _ANY_NAME.fullmatch(path.rpartition("/")[2].partition(".")[0]) and not path.endswith(".md"):
        return None  # `used/KEY.json` stands for any file
    return _outside(statement, path, clients, grounds.home)


def judge_repository(statement: Statement, grounds: Grounds) -> _Found | None:
    """Whether a recipe names a repository of the Hub."""
    known, subject = grounds.repositories, statement.subject
    if known is not None and subject in known:
        return "right", "a recipe names it", ""
    spelt = next((one for one in sorted(known or ()) if one.casefold() == subject.casefold()), None)
    if spelt:
        return "contradicted", f"recipes spell it {spelt}", ""
    if _is_something_else(statement, grounds) or not _OF_REPOSITORIES.search(statement.about):
        return None
    if known is None:
        return "unchecked", "which repositories the recipes name was not given", ""
    return "outdated", "no recipe that was read names it", ""


def _in_client(statement: Statement, path: str, client: Client) -> _Found | None:
    known = client.seen | (client.files or frozenset())
    found = next((one for one in sorted(known) if _same(one, path) or path.endswith(f"/{one}")), None)
    if not found:
        return None
    if statement.stance == "not there":
        return "outdated", f"it is there now, in {client.name}", client.name
    moved = _moved(statement.value, found, client)
    if moved:
        return "outdated", moved, client.name
    return "right", f"in {client.name}: {found}", client.name


def _outside(statement: Statement, path: str, clients: list[Client], home: frozenset[str] | None) -> _Found:
    """A file that no client has: in the documents' own repository, missing where its folder is, or out of sight."""
    missing = statement.stance == "not there"
    if home is not None and any(_same(one, path) for one in home):
        return "outdated" if missing else "right", f"it is {_HOME}", ""
    absent: _Verdict = "right" if missing else "contradicted"
    for client in clients:
        if client.files is not None and any(one.split("/")[0] in path.split("/") for one in client.files if "/" in one):
            return absent, f"no such file in the folder of {client.name}", client.name
    if home is not None and any(one.startswith(f"{path.split('/')[0]}/") for one in home):
        return absent, f"no such file {_HOME}", ""
    if home is not None or any(client.files is not None for client in clients):
        return "unchecked", "it is in none of the folders that were read", ""
    return "unchecked", "it is in no inventory, and inventories list files with functions or tests alone", ""


def _same(known: str, path: str) -> bool:
    return known == path or known.endswith(f"/{path}")


def _moved(lines: str, path: str, client: Client) -> str:
    """What is wrong with a range of lines: nothing that a user calls begins in it. One line alone tells too little."""
    first, _, last = lines.partition("-")
    starts = [function.where.line for function in client.inventory.functions if function.where.path == path]
    if not starts or not lines or first == last:
        return ""
    # documentation and specifications stand above the line where a function begins
    if any(int(first) <= start <= int(last) + 1 for start in starts):
        return ""
    return f"no public function of {client.name} begins in lines {lines} of {path}"


def _is_something_else(statement: Statement, grounds: Grounds) -> bool:
    """Whether what looks like ORG/NAME is an operation's scenario, a module, a part of an address, a placeholder."""
    subject = statement.subject
    first = subject.partition("/")[0]
    if any(row.id == first for row in grounds.operations.rows) or f"/{subject}" in statement.about:
        return True
    files = grounds.home or frozenset()
    return subject.isupper() or any(f"/{subject}." in f"/{one}" or f"/{subject}/" in f"/{one}" for one in files)
