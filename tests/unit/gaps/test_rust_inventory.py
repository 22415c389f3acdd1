"""What an inventory of Rust sources tells: names, options, requests, twins, stubs, tests; the answers stand beside."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from recipes_data.errors import UsageError
from recipes_data.gaps.inventory import Function, Inventory
from recipes_data.gaps.rust.inventory import rust_inventory


def crate(
    tmp_path: Path, files: dict[str, str], manifest: str = '[package]\nname = "hub-kit"\nversion = "0.4.1"\n'
) -> Inventory:
    for path, text in {"Cargo.toml": manifest, **files}.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(textwrap.dedent(text), encoding="utf-8")
    return rust_inventory(tmp_path)


def lib(tmp_path: Path, text: str) -> Inventory:
    return crate(tmp_path, {"src/lib.rs": text})


def names(inventory: Inventory) -> list[str]:
    return [one.name.removeprefix("hub_kit::") for one in inventory.functions]


def of(inventory: Inventory, name: str) -> Function:
    return inventory.by_name()[f"hub_kit::{name}"]


def asked(inventory: Inventory, name: str) -> list[str]:
    return [f"{one.method} {one.path}" for one in of(inventory, name).http]


def test_a_manifest_that_cannot_be_read_is_listed_and_the_sources_are_read(tmp_path: Path) -> None:
    inventory = crate(tmp_path, {"src/lib.rs": "pub fn list() {}\n"}, manifest="[package\n")
    assert [one.name.rpartition("::")[2] for one in inventory.functions] == ["list"]
    assert len(inventory.unparsed) == 1
    assert inventory.unparsed[0].startswith("Cargo.toml: not readable (")


def test_public_is_what_a_public_path_leads_to(tmp_path: Path) -> None:
    inventory = crate(
        tmp_path,
        {
            "src/lib.rs": """
            pub mod api;
            mod hidden;
            pub use hidden::deep::{Found as Seen, shown};
            pub use crate::api::sync::*;
            pub(crate) fn ours() {}
            fn own() {}
            pub fn open() {}
            """,
            "src/api/mod.rs": 'pub mod sync;\n#[path = "other_name.rs"]\npub mod odd;\n',
            "src/api/sync.rs": """
            pub struct Api;
            impl Api { pub fn get(&self) {} pub(super) fn half(&self) {} fn no(&self) {} }
            """,
            "src/api/other_name.rs": "pub fn odd_one() {}\n",
            "src/hidden.rs": "pub mod deep;\npub fn unseen() {}\n",
            "src/hidden/deep.rs": """
            pub struct Found;
            impl Found { pub fn look(self) {} }
            pub fn shown() {}
            pub fn not_shown() {}
            """,
            "src/orphan.rs": "pub fn orphan() {}\n",
        },
    )
    assert names(inventory) == ["Api", "Api::get", "Seen", "Seen::look", "api::odd::odd_one", "open", "shown"]
    assert "hub_kit::api::sync::Api::get" in of(inventory, "Api::get").aliases
    assert of(inventory, "Api::get").where.path == "src/api/sync.rs"
    assert inventory.unparsed == ("src/orphan.rs: no module declares it",)
    assert (inventory.origin.name, inventory.origin.version) == ("hub_kit", "0.4.1")


def test_what_looks_like_code_and_is_none_is_not_listed(tmp_path: Path) -> None:
    inventory = lib(
        tmp_path,
        """
        /* pub fn commented() {} */
        // pub fn also() {}
        /// ```
        /// pub fn documented() {}
        /// ```
        pub fn real() -> &'static str { r#"pub fn in_text() {}"# }
        """,
    )
    assert names(inventory) == ["real"]


def test_traits_errors_and_kinds(tmp_path: Path) -> None:
    inventory = lib(
        tmp_path,
        """
        #[derive(Debug, thiserror::Error)]
        pub enum ApiError { #[error("no")] NotFound, Other(String) }
        pub struct Broken;
        impl std::error::Error for Broken {}
        pub enum Kind { Model }
        pub trait Source {
            fn ask(&self, name: &str) -> u8;
            fn twice(&self, name: &str) -> u8 { self.ask(name) }
        }
        impl Source for Kind { fn ask(&self, name: &str) -> u8 { name.len() as u8 } }
        impl Clone for Kind { fn clone(&self) -> Self { Kind::Model } }
        """,
    )
    assert {name: of(inventory, name).kind for name in names(inventory)} == {
        "ApiError": "exception",
        "Broken": "exception",
        "Kind": "type",
        "Kind::ask": "method",
        "Source": "type",
        "Source::ask": "callback",
        "Source::twice": "method",
    }
    assert inventory.errors == ("hub_kit::ApiError", "hub_kit::Broken")


def test_a_builder_s_methods_are_options_of_what_it_builds(tmp_path: Path) -> None:
    inventory = lib(
        tmp_path,
        """
        pub struct Builder { progress: bool, token: Option<String>, cache: String }
        impl Builder {
            pub fn new() -> Self { Self { progress: true, token: None, cache: String::new() } }
            /// Shows a bar.
            pub fn with_progress(mut self, progress: bool) -> Self { self.progress = progress; self }
            pub fn with_token(mut self, token: Option<String>) -> Self { self.token = token; self }
            pub fn cache(&mut self, cache: &str) -> &mut Self { self.cache = cache.to_string(); self }
            pub fn name(&self) -> String { self.cache.clone() }
            pub fn build(self) -> bool { self.progress }
        }
        """,
    )
    found = [(one.name, one.option, one.documented, one.read) for one in of(inventory, "Builder::build").arguments]
    assert found == [
        ("with_progress", True, True, True),
        ("with_token", True, False, False),
        ("cache", True, False, True),
    ]
    assert of(inventory, "Builder::build").arity == (0, 0)
    unread = [one.message for one in inventory.findings if one.rule == "option-not-read"]
    assert unread == ["hub_kit::Builder::build: with_token is accepted, and never read"]


def test_fields_of_a_struct_of_parameters_are_options(tmp_path: Path) -> None:
    inventory = lib(
        tmp_path,
        """
        #[derive(TypedBuilder)]
        pub struct ListParams {
            /// Whose.
            pub author: Option<String>,
            #[builder(default = 30)]
            pub limit: u32,
            pub sort: String,
        }
        pub fn list(params: &ListParams) -> String { format!("{}-{}", params.limit, params.sort) }
        """,
    )
    found = [(one.name, one.option, one.default, one.documented, one.read) for one in of(inventory, "list").arguments]
    assert found == [
        ("params", False, None, False, True),
        ("author", True, "None", True, False),
        ("limit", True, "30", False, True),
        ("sort", True, None, False, True),
    ]


def test_an_argument_is_read_when_something_uses_its_value(tmp_path: Path) -> None:
    inventory = lib(
        tmp_path,
        """
        pub fn outer(a: u8, b: u8, c: u8, d: &str) -> String {
            let _ = b;
            sink(c);
            inner(a);
            println!("{d}");
            String::new()
        }
        fn inner(x: u8) -> u8 { x + 1 }
        fn sink(_y: u8) {}
        """,
    )
    assert {one.name: one.read for one in of(inventory, "outer").arguments} == {
        "a": True,
        "b": False,
        "c": False,
        "d": True,
    }


def test_sync_and_async_forms_are_twins(tmp_path: Path) -> None:
    inventory = crate(
        tmp_path,
        {
            "src/lib.rs": """
            pub mod sync;
            pub mod tokio;
            pub use sync::Api;
            pub struct HubSync;
            pub struct Hub;
            pub fn load_blocking() {}
            pub async fn load() {}
            """,
            "src/sync.rs": "pub struct Api;\nimpl Api { pub fn get(&self) {} pub fn only(&self) {} }\n",
            "src/tokio.rs": "pub struct Api;\nimpl Api { pub async fn get(&self) {} }\n",
        },
    )
    assert of(inventory, "Api::get").twins == ("hub_kit::tokio::Api::get",)
    assert of(inventory, "tokio::Api::get").twins == ("hub_kit::Api::get",)
    assert of(inventory, "Api::only").twins == ()
    assert of(inventory, "Hub").twins == ("hub_kit::HubSync",)
    assert of(inventory, "load").twins == ("hub_kit::load_blocking",)


def test_attributes_are_told(tmp_path: Path) -> None:
    inventory = lib(
        tmp_path,
        """
        /// Gets it.
        ///
        /// More.
        #[deprecated(since = "0.3", note = "use other")]
        #[cfg(feature = "tokio")]
        pub async fn get(id: &str) -> Result<String, u8> { Ok(id.to_string()) }
        #[doc(hidden)]
        pub fn secret() {}
        """,
    )
    found = of(inventory, "get")
    assert (found.deprecated, found.summary, found.returns) == (
        "use other",
        "Gets it. (feature `tokio`)",
        "Result<String, u8>",
    )
    assert (of(inventory, "secret").hidden, of(inventory, "secret").wired, found.wired) == (True, False, True)


STUBS = {
    "todo!()": "ends in todo!()",
    'let x = 1; unimplemented!("later")': "ends in unimplemented!()",
    'panic!("not implemented")': 'answers panic!("not implemented")',
    "Err(Error::NotImplemented)": "answers Err(Error::NotImplemented)",
    "Ok(vec![])": "answers Ok(vec![]) whatever it is given",
    "Ok(make_fake_rows())": "gives made-up data: calls make_fake_rows",
}


@pytest.mark.parametrize(("body", "reason"), STUBS.items(), ids=STUBS)
def test_a_stub_says_why_it_is_one(tmp_path: Path, body: str, reason: str) -> None:
    stub = of(lib(tmp_path, f"pub fn load_rows(name: &str) -> Result<Vec<u8>, Error> {{ {body} }}\n"), "load_rows").stub
    assert stub is not None
    assert stub.reason == reason


@pytest.mark.parametrize(
    "body", ["Ok(vec![name])", 'match name { "a" => Ok(read(name)), _ => todo!() }', "Ok(read(name))"]
)
def test_a_function_that_does_something_is_no_stub(tmp_path: Path, body: str) -> None:
    assert (
        of(lib(tmp_path, f"pub fn load_rows(name: &str) -> Result<Vec<u8>, Error> {{ {body} }}\n"), "load_rows").stub
        is None
    )


def test_tests_are_named_as_cargo_prints_them(tmp_path: Path) -> None:
    inventory = crate(
        tmp_path,
        {
            "src/lib.rs": """
            pub fn get(id: &str) -> String { ureq::get(&format!("https://huggingface.co/api/{id}")).call(); parse(id) }
            pub fn parse(id: &str) -> String { id.to_string() }
            #[cfg(test)]
            mod tests {
                use super::*;
                fn ask() -> String { get("x") }
                #[test]
                fn plain() { assert_eq!(parse("x"), "x"); }
                #[tokio::test]
                #[ignore = "needs network"]
                async fn live() { ask(); }
                #[test]
                fn faked() { let server = mockito::Server::new(); ask(); }
                #[test]
                fn who_knows() { ask(); }
            }
            """,
            "tests/whole.rs": 'use hub_kit::get;\n#[test]\nfn it_works() { get("a"); }\n',
        },
    )
    assert [(one.name, one.kind, one.calls, one.reaches) for one in inventory.tests] == [
        ("tests::plain", "local", ("hub_kit::parse",), ()),
        ("tests::live", "live", ("hub_kit::get",), ("hub_kit::parse",)),
        ("tests::faked", "recorded", ("hub_kit::get",), ("hub_kit::parse",)),
        ("tests::who_knows", "unknown", ("hub_kit::get",), ("hub_kit::parse",)),
        ("whole::it_works", "unknown", ("hub_kit::get",), ("hub_kit::parse",)),
    ]
    assert {one.result for one in inventory.tests} == {"not run"}


def test_macros_that_pass_items_on_are_looked_into_and_others_are_listed(tmp_path: Path) -> None:
    inventory = lib(
        tmp_path,
        """
        macro_rules! if_net { ($($item:item)*) => { $( #[cfg(feature = "net")] $item )* } }
        if_net! {
            pub fn inside() {}
        }
        cfg_if::cfg_if! {
            if #[cfg(unix)] { pub fn here() {} } else { pub fn there() {} }
        }
        sync_api! {
            impl Hub -> HubSync { fn get(&self); }
        }
        pub fn after() { weird!(a => b; c); }
        """,
    )
    assert names(inventory) == ["after", "here", "inside", "there"]
    assert of(inventory, "after").where.line == 12
    listed = [
        (one.where.line, one.message.split("!")[0]) for one in inventory.findings if one.rule == "macro-not-expanded"
    ]
    assert listed == [(9, "sync_api"), (12, "weird")]


def test_a_file_that_departs_from_the_grammar_is_listed_and_the_rest_is_read(tmp_path: Path) -> None:
    inventory = crate(tmp_path, {"src/lib.rs": "mod missing;\npub fn fine() {}\npub fn (((\n"})
    assert "fine" in names(inventory)
    assert inventory.unparsed == ("src/lib.rs:3: departs from the grammar", "src/lib.rs:1: module missing has no file")


def test_a_workspace_is_read_with_its_shared_version(tmp_path: Path) -> None:
    inventory = crate(
        tmp_path,
        {
            "hub/Cargo.toml": '[package]\nname = "hub"\nversion.workspace = true\n',
            "hub/src/lib.rs": "pub fn one() { two::two() }\n",
            "two/Cargo.toml": '[package]\nname = "two"\nversion = "0.1.0"\n',
            "two/src/lib.rs": 'pub fn two() { ureq::get("https://hf.co/api/x").call(); }\n',
            "hub/examples/use.rs": "fn main() {}\n",
        },
        '[workspace]\nmembers = ["hub", "two"]\n[workspace.package]\nversion = "3.2.1"\n',
    )
    assert [one.name for one in inventory.functions] == ["hub::one", "two::two"]
    assert [one.path for one in inventory.functions[0].http] == ["/api/x"]
    assert (inventory.origin.name, inventory.origin.version, inventory.origin.files) == ("hub", "3.2.1", 2)


def test_settings_are_the_environment_variables_that_are_read(tmp_path: Path) -> None:
    inventory = lib(
        tmp_path,
        """
        use std::env;
        const NAME: &str = "HUB_A";
        pub fn go() { std::env::var(NAME); env::var("HUB_B"); option_env!("HUB_C"); }
        """,
    )
    assert inventory.settings == ("HUB_A", "HUB_B", "HUB_C")


def test_no_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is no folder"):
        rust_inventory(tmp_path / "nothing")


def test_the_same_sources_give_the_same_inventory(tmp_path: Path) -> None:
    assert lib(tmp_path, "pub fn a() {}\npub fn b() { a() }\n") == rust_inventory(tmp_path)


def test_a_module_that_is_public_under_one_condition_is_public(tmp_path: Path) -> None:
    inventory = crate(
        tmp_path,
        {
            "src/lib.rs": '#[cfg(feature = "open")]\npub mod inner;\n#[cfg(not(feature = "open"))]\nmod inner;\n',
            "src/inner.rs": "pub fn shown() {}\n",
        },
    )
    assert names(inventory) == ["inner::shown"]
