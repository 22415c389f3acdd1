"""What a Rust library asks of a client crate: every way to call it, beside the answer that is expected."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from recipes_data.errors import UsageError
from recipes_data.gaps.consumers import ClientCall, Consumer
from recipes_data.gaps.inventory import Inventory
from recipes_data.gaps.rust.consumer import rust_consumer
from recipes_data.gaps.rust.inventory import rust_inventory

CLIENT = """
pub mod sync;
pub use sync::{Api, ApiError};
pub fn make_api() -> Api { Api::new() }
"""
SYNC = """
pub enum ApiError { NotFound, Gated { url: String } }
pub struct Api { token: String }
impl Api {
    pub fn new() -> Self { Self { token: String::new() } }
    pub fn repo(&self, id: &str) -> Repo { Repo { id: format!("{id}{}", self.token) } }
    pub fn soon(&self) -> u8 { todo!() }
}
pub struct Builder { progress: bool }
impl Builder {
    pub fn new() -> Self { Self { progress: true } }
    pub fn with_progress(mut self, progress: bool) -> Self { self.progress = progress; self }
    pub fn build(self) -> Result<Api, ApiError> { if self.progress { Ok(Api::new()) } else { Err(ApiError::NotFound) } }
}
pub struct Repo { id: String }
impl Repo {
    pub fn get(&self, file: &str) -> Result<String, ApiError> { Ok(format!("{}/{file}", self.id)) }
    pub fn list_files(&self) -> Vec<String> { vec![self.id.clone()] }
}
"""


@pytest.fixture
def client(tmp_path: Path) -> Inventory:
    for path, text in {
        "Cargo.toml": '[package]\nname = "hub-kit"\nversion = "1.0.0"\n',
        "src/lib.rs": CLIENT,
        "src/sync.rs": SYNC,
    }.items():
        (tmp_path / "client" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "client" / path).write_text(text, encoding="utf-8")
    return rust_inventory(tmp_path / "client")


def consume(tmp_path: Path, client: Inventory | None, text: str) -> Consumer:
    folder = tmp_path / "library"
    (folder / "src").mkdir(parents=True)
    (folder / "Cargo.toml").write_text('[package]\nname = "rows"\nversion = "0.1.0"\n', encoding="utf-8")
    (folder / "src" / "lib.rs").write_text(textwrap.dedent(text), encoding="utf-8")
    return rust_consumer(folder, client, "hub-kit")


def shown(call: ClientCall) -> str:
    return f"{call.where.line} {call.how} {(call.target or '?').removeprefix('hub_kit::')}"


WAYS = {
    "a path": ("pub fn f() { hub_kit::make_api(); }", ["1 direct make_api"]),
    "a name": ("use hub_kit::make_api;\npub fn f() { make_api(); }", ["2 import make_api"]),
    "another name": ("use hub_kit::make_api as api;\npub fn f() { api(); }", ["2 alias make_api"]),
    "a module": ("use hub_kit::sync;\npub fn f() { sync::Api::new(); }", ["2 direct Api::new"]),
    "a list": ("use hub_kit::{self, sync::{Api, Repo}};\npub fn f() { Api::new(); }", ["2 direct Api::new"]),
    "a type under another name": ("use hub_kit::Api as Hub;\npub fn f() { Hub::new(); }", ["2 alias Api::new"]),
    "a use inside": ("pub fn f() { use hub_kit::Api; Api::new(); }", ["1 direct Api::new"]),
    "a renamed crate": ("extern crate hub_kit as hk;\npub fn f() { hk::make_api(); }", ["2 alias make_api"]),
    "a method": (
        'use hub_kit::Api;\npub fn f() { let a = Api::new(); a.repo("x"); }',
        ["2 direct Api::new", "2 direct Api::repo"],
    ),
    "a chain": (
        'pub fn f() { hub_kit::Api::new().repo("x").get("y").unwrap(); }',
        ["1 direct Api::new", "1 direct Api::repo", "1 direct sync::Repo::get"],
    ),
    "a field": (
        'use hub_kit::Api;\npub struct L { api: Api }\nimpl L { pub fn f(&self) { self.api.repo("x"); } }',
        ["3 attribute Api::repo"],
    ),
    "a field in an Arc": (
        """
        use std::sync::Arc;
        pub struct L { api: Arc<hub_kit::Api> }
        impl L { pub fn f(&self) { self.api.clone().repo("x"); } }
        """,
        ["4 direct Api::repo"],
    ),
    "an argument": ('pub fn f(a: &hub_kit::Api) { a.repo("x"); }', ["1 direct Api::repo"]),
    "an argument in an Option": (
        'pub fn f(a: Option<hub_kit::Api>) { if let Some(a) = a { a.repo("x"); } }',
        ["1 direct Api::repo"],
    ),
    "what a function of ours gives": (
        'use hub_kit::Api;\nfn api() -> Result<Api, ()> { Ok(Api::new()) }\npub fn f() { api().unwrap().repo("x"); }',
        ["2 direct Api::new", "3 direct Api::repo"],
    ),
    "a builder": (
        """use hub_kit::sync::Builder;
        pub fn f() { let a = Builder::new().with_progress(false).build().unwrap(); a.repo("x"); }""",
        [
            "2 direct Api::repo",
            "2 direct sync::Builder::build",
            "2 direct sync::Builder::new",
            "2 direct sync::Builder::with_progress",
        ],
    ),
    "the method by its path": ('use hub_kit::Api;\npub fn f(a: Api) { Api::repo(&a, "x"); }', ["2 direct Api::repo"]),
    "a function that is handed on": (
        "pub fn f(v: Vec<u8>) { v.iter().map(hub_kit::make_api); }",
        ["1 capture make_api"],
    ),
    "a closure": ('pub fn f(a: hub_kit::Api) { let g = |x| a.repo(x); g("y"); }', ["1 direct Api::repo"]),
    "a macro": ('pub fn f(a: hub_kit::Api) { println!("{:?}", a.repo("x")); }', ["1 direct Api::repo"]),
    "await": (
        'pub async fn f(a: hub_kit::Api) { a.repo("x").await.list_files(); }',
        ["1 direct Api::repo", "1 direct sync::Repo::list_files"],
    ),
    "an alias of a type": ("type Hub = hub_kit::Api;\npub fn f() { Hub::new(); }", ["2 alias Api::new"]),
    "an unknown object with a telling method": ("pub fn f(x: impl Any) { thing().list_files(); }", ["1 attribute ?"]),
    "no call": ('pub fn f(v: Vec<u8>) { v.len(); let s = "hub_kit::make_api()"; }', []),
}


@pytest.mark.parametrize(("text", "expected"), WAYS.values(), ids=WAYS)
def test_a_call_is_found_and_named(tmp_path: Path, client: Inventory, text: str, expected: list[str]) -> None:
    assert sorted(shown(call) for call in consume(tmp_path, client, text).calls) == expected


def test_errors_that_are_told_apart_are_told(tmp_path: Path, client: Inventory) -> None:
    found = consume(
        tmp_path,
        client,
        """
        use hub_kit::{sync::Repo, ApiError};
        pub fn f(repo: Repo) -> Option<String> {
            if let Err(ApiError::NotFound) = repo.get("a") { return None; }
            match repo.get("b") {
                Ok(path) => Some(path),
                Err(ApiError::Gated { .. }) | Err(ApiError::NotFound) => None,
                Err(_) => None,
            }
        }
        """,
    )
    assert [call.errors for call in found.calls] == [
        ("hub_kit::sync::ApiError::NotFound",),
        ("hub_kit::sync::ApiError::Gated", "hub_kit::sync::ApiError::NotFound"),
    ] or [call.errors for call in found.calls] == [
        ("hub_kit::ApiError::NotFound",),
        ("hub_kit::ApiError::Gated", "hub_kit::ApiError::NotFound"),
    ]


def test_what_a_builder_was_given_are_options_of_what_it_builds(tmp_path: Path, client: Inventory) -> None:
    found = consume(tmp_path, client, "pub fn f() { hub_kit::sync::Builder::new().with_progress(true).build(); }\n")
    assert {call.target.rsplit("::", 1)[1]: call.options for call in found.calls}["build"] == ("with_progress",)


def test_a_call_that_the_client_cannot_take_is_a_finding(tmp_path: Path, client: Inventory) -> None:
    found = consume(
        tmp_path,
        client,
        """
        use hub_kit::Api;
        pub fn f(api: Api) {
            api.space("x");
            api.repo();
            api.soon();
            hub_kit::upload();
        }
        """,
    )
    assert [(one.rule, one.where.line, one.message) for one in found.findings] == [
        ("no-such-function", 4, "rows::f calls hub_kit::Api::space, which the client does not have"),
        ("wrong-arguments", 5, "rows::f: hub_kit::Api::repo takes 1 arguments, not 0"),
        ("calls-a-stub", 6, "rows::f stands on hub_kit::Api::soon, which is a stub: it ends in todo!()"),
        ("no-such-function", 7, "rows::f calls hub_kit::upload, which the client does not have"),
    ]


def test_a_request_that_goes_round_the_client_is_listed(tmp_path: Path, client: Inventory) -> None:
    found = consume(
        tmp_path,
        client,
        """
        pub fn rows(name: &str) { ureq::get(&format!("https://huggingface.co/api/datasets/{name}/parquet")).call(); }
        pub fn elsewhere() { ureq::get("https://example.org/data").call(); }
        """,
    )
    assert [shown(call) for call in found.calls] == ["2 raw-http GET /api/datasets/{}/parquet"]
    assert [one.rule for one in found.findings] == ["round-the-client"]


def test_a_passage_tells_which_calls_a_public_function_reaches(tmp_path: Path, client: Inventory) -> None:
    found = consume(
        tmp_path,
        client,
        """
        pub fn load(id: &str) { fetch(id) }
        fn fetch(id: &str) { hub_kit::make_api().repo(id); }
        fn unused() { hub_kit::make_api(); }
        pub fn quiet() {}
        """,
    )
    assert [(one.function, one.arity, [found.calls[n].target for n in one.calls]) for one in found.passages] == [
        ("rows::load", (1, 1), ["hub_kit::Api::repo", "hub_kit::make_api"])
    ]


def test_without_an_inventory_calls_are_found_and_nothing_is_said_of_them(tmp_path: Path) -> None:
    found = consume(tmp_path, None, 'use hub_kit::Api;\npub fn f() { Api::new().repo("x"); }\n')
    assert [(call.target, call.exists) for call in found.calls] == [
        ("hub_kit::Api::new", None),
        ("hub_kit::Api::repo", None),
    ]


def test_a_macro_that_is_not_expanded_is_listed(tmp_path: Path, client: Inventory) -> None:
    found = consume(tmp_path, client, "pub fn f() { weird!(a => hub_kit::make_api(); b); }\n")
    assert [(one.rule, one.where.line) for one in found.findings] == [("macro-not-expanded", 1)]


def test_tests_of_the_library_do_not_count(tmp_path: Path, client: Inventory) -> None:
    text = "#[cfg(test)]\nmod tests {\n    #[test]\n    fn t() { hub_kit::make_api(); }\n}\n"
    assert consume(tmp_path, client, text).calls == ()


def test_a_missing_folder_is_refused(tmp_path: Path, client: Inventory) -> None:
    with pytest.raises(UsageError, match="is no folder"):
        rust_consumer(tmp_path / "nowhere", client, "hub_kit")
