"""Scenarios of searching, and of people: who asks, users, organizations, collections, discussions."""

from __future__ import annotations

import re
from collections.abc import Iterator

from recipes_data.gaps.probe import people
from recipes_data.gaps.probe.rules import differ, fails, lists, says, succeeds
from recipes_data.gaps.probe.scenarios.contents import card, files, named
from recipes_data.gaps.probe.stage import MEMBER, STRANGER, Stage
from recipes_data.gaps.probe.trial import Call, Scenario
from recipes_data.gaps.probe.wirerules import Expected, asks, asks_at_most, sends_token

__all__ = ["search_scenarios"]

_KINDS = ("models", "datasets", "spaces")
_NAMES = ("alpha-one", "alpha-two", "alpha-three", "beta-one", "beta-two")


def search_scenarios() -> Iterator[Scenario]:
    """Every scenario of this subject."""
    for kind in _KINDS:
        yield from _searches(kind)
    yield from _who()
    yield from _checks()
    yield from _people()
    yield from _talk()
    yield from _collections()


def _crowd(kind: str) -> dict[str, dict[str, bytes]]:
    """Five repositories of one owner, and one of another."""
    names = [*(f"probe/{name}" for name in _NAMES), "other/alpha-four"]
    return {f"{kind}/{name}": {"README.md": card(name) if "one" in name else b"# none\n"} for name in names}


def _searches(kind: str) -> Iterator[Scenario]:
    operation = f"{kind}.list"
    yield Scenario(
        f"{operation}/pages",
        operation,
        "all repositories of an owner are listed, over several pages",
        Stage(_crowd(kind), page_size=2),
        (Call(operation, {"author": "probe"}),),
        (
            succeeds(),
            lists(*(f"probe/{name}" for name in _NAMES), by="id"),
            asks(Expected("GET", f"/api/{kind}"), query=(("author", "probe"),)),
        ),
    )
    yield Scenario(
        f"{operation}/search",
        operation,
        "words, tags, order and the number of results are the Hub's to apply, and reach it",
        Stage(_crowd(kind), page_size=2),
        (Call(operation, {"search": "one", "filter": "license:mit", "sort": "downloads", "limit": 2}),),
        (
            succeeds(),
            lists("probe/beta-one", "probe/alpha-one", by="id", ordered=True),
            asks(
                Expected("GET", f"/api/{kind}"),
                query=(("search", "one"), ("filter", "license:mit"), ("sort", "downloads"), ("limit", "2")),
            ),
        ),
    )
    yield Scenario(
        f"{operation}/limit",
        operation,
        "no more entries come than were asked for, and no page is fetched for nothing",
        Stage(_crowd(kind), page_size=2),
        (Call(operation, {"author": "probe", "limit": 3}),),
        (
            succeeds(),
            lists("probe/alpha-one", "probe/alpha-three", "probe/alpha-two", by="id"),
            asks_at_most(2, 0, why="three entries lie on two pages"),
        ),
    )


def _who() -> Iterator[Scenario]:
    whoami = Call("auth.whoami")
    yield Scenario(
        "auth.whoami/member",
        "auth.whoami",
        "whose token it is",
        Stage(),
        (whoami,),
        (succeeds(), says(people.USER, "name"), asks(Expected("GET", "/api/whoami-v2")), sends_token(MEMBER)),
        who="member",
    )
    yield Scenario(
        "auth.whoami/nobody",
        "auth.whoami",
        "without a token there is nobody to tell, and that is an error",
        Stage(),
        (whoami,),
        (fails(because="there is no token", statuses=(401,), unasked=True),),
    )
    yield Scenario(
        "auth.whoami/stranger",
        "auth.whoami",
        "a token that nobody knows is an error",
        Stage(),
        (whoami,),
        (fails(because="the token is wrong", statuses=(401,)), sends_token(STRANGER)),
        who="stranger",
    )
    yield Scenario(
        "auth.user_repos/pages",
        "auth.user_repos",
        "one's own repositories of every kind are listed, over several pages",
        Stage(
            {
                **{f"datasets/{people.USER}/set-{number}": files(f"set-{number}") for number in range(3)},
                f"models/{people.USER}/model": files("model"),
                "models/other/model": files("other"),
            },
            page_size=2,
        ),
        (Call("auth.user_repos"),),
        (
            succeeds(),
            lists(*(f"{people.USER}/set-{number}" for number in range(3)), f"{people.USER}/model", by="id"),
            asks(Expected("GET", "/api/settings/repositories"), Expected("GET", "/api/(models|datasets|spaces)")),
        ),
        who="member",
    )


def _checks() -> Iterator[Scenario]:
    for operation, rest in (("auth.check", ""), ("auth.check_write", "/write")):
        gated, open_ = named(f"{operation}/gated"), named(f"{operation}/open")
        yield Scenario(
            f"{operation}/both",
            operation,
            "an open repository may be used; of a gated one that this account was not let into that is an error",
            Stage({f"datasets/{gated}": files(gated), f"datasets/{open_}": files(open_)}, gated={gated: "manual"}),
            (
                Call(operation, {"repo": open_, "repo_type": "dataset"}),
                Call(operation, {"repo": gated, "repo_type": "dataset"}),
                Call(operation, {"repo": f"{open_}-nowhere", "repo_type": "dataset"}),
            ),
            (
                succeeds(0),
                fails(1, because="the account was not let in", statuses=(403,)),
                fails(2, because="there is no such repository", statuses=(401, 404)),
                differ(1, 2),
                asks(Expected("GET", f"/api/datasets/{re.escape(open_)}/auth-check{rest}"), call=0),
            ),
            who="member",
        )


def _people() -> Iterator[Scenario]:
    yield Scenario(
        "auth.user/both",
        "auth.user",
        "what the Hub says of a user; one that does not exist is an error",
        Stage(),
        (Call("auth.user", {"user": people.USER}), Call("auth.user", {"user": "nobody-at-all"})),
        (
            succeeds(0),
            says(people.USER, "name"),
            fails(1, because="there is no such user", statuses=(404,)),
            asks(Expected("GET", f"/api/users/{people.USER}/overview")),
        ),
    )
    organization = people.ORGANIZATION
    yield Scenario(
        "organizations.overview/both",
        "organizations.overview",
        "what the Hub says of an organization; one that does not exist is an error",
        Stage(),
        (
            Call("organizations.overview", {"organization": organization}),
            Call("organizations.overview", {"organization": "nobody-at-all"}),
        ),
        (
            succeeds(0),
            says(organization, "name"),
            fails(1, because="there is no such organization", statuses=(404,)),
            asks(Expected("GET", f"/api/organizations/{organization}/overview")),
        ),
    )
    yield Scenario(
        "organizations.members/pages",
        "organizations.members",
        "every member is listed, over several pages",
        Stage(page_size=2),
        (Call("organizations.members", {"organization": organization}),),
        (
            succeeds(),
            lists(*people.MEMBERS, by="name"),
            asks(Expected("GET", f"/api/organizations/{organization}/members")),
        ),
    )
    yield Scenario(
        "organizations.repos/pages",
        "organizations.repos",
        "the repositories of an organization, of every kind, are listed, over several pages",
        Stage(
            {f"datasets/{organization}/set-{number}": files(f"{organization}-{number}") for number in range(5)},
            page_size=2,
        ),
        (Call("organizations.repos", {"organization": organization}),),
        (
            succeeds(),
            lists(*(f"{organization}/set-{number}" for number in range(5)), by="id"),
            asks(
                Expected("GET", f"/api/organizations/{organization}/settings/repositories"),
                Expected("GET", "/api/datasets"),
            ),
        ),
        who="member",
    )


def _talk() -> Iterator[Scenario]:
    for operation, kind in (("discussions.list", "datasets"), ("models.discussions", "models")):
        repo = named(operation)
        yield Scenario(
            f"{operation}/pages",
            operation,
            "every discussion is listed, over several pages that are counted by `p`",
            Stage({f"{kind}/{repo}": files(repo)}),
            (Call(operation, {"repo": repo, "repo_type": kind.removesuffix("s")}),),
            (
                succeeds(),
                lists(*(str(each["num"]) for each in people.discussions_of(kind, repo)), by="num"),
                asks(Expected("GET", f"/api/{kind}/{re.escape(repo)}/discussions")),
            ),
        )
    repo = named("discussions.get")
    yield Scenario(
        "discussions.get/both",
        "discussions.get",
        "one discussion by its number; a number that there is not is an error",
        Stage({f"datasets/{repo}": files(repo)}),
        (
            Call("discussions.get", {"repo": repo, "repo_type": "dataset", "num": 3}),
            Call("discussions.get", {"repo": repo, "repo_type": "dataset", "num": 99}),
        ),
        (
            succeeds(0),
            says(3, "num"),
            says("Question 3", "title"),
            fails(1, because="there is no such discussion", statuses=(404,)),
            asks(Expected("GET", f"/api/datasets/{re.escape(repo)}/discussions/3")),
        ),
    )


def _collections() -> Iterator[Scenario]:
    yield Scenario(
        "collections.list/pages",
        "collections.list",
        "the collections of an owner are listed, over several pages",
        Stage(page_size=1),
        (Call("collections.list", {"owner": people.USER}),),
        (
            succeeds(),
            lists(*people.COLLECTIONS, by="slug"),
            asks(Expected("GET", "/api/collections"), query=(("owner", people.USER),)),
        ),
    )
    slug = people.COLLECTIONS[0]
    yield Scenario(
        "collections.get/both",
        "collections.get",
        "a collection with all its items; one that does not exist is an error",
        Stage(),
        (Call("collections.get", {"slug": slug}), Call("collections.get", {"slug": "nobody/nothing-0"})),
        (
            succeeds(0),
            says(slug, "slug"),
            lists("probe/one", "probe/two", under=("items",), by="id"),
            fails(1, because="there is no such collection", statuses=(404,)),
            asks(Expected("GET", f"/api/collections/{re.escape(slug)}")),
        ),
    )
