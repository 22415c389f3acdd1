"""Which requests are found in Rust sources: every pattern beside the answer that is expected."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

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


PATTERNS = {
    "format": ('reqwest::get(format!("{}/api/models/{}", HOST, id)).await;', ["GET /api/models/{}"]),
    "names in the template": ('reqwest::get(&format!("{HOST}/api/models/{id}")).await;', ["GET /api/models/{}"]),
    "named arguments": ('ureq::get(&format!("{h}/api/{x}", h = HOST, x = id)).call();', ["GET /api/{}"]),
    "numbered arguments": ('ureq::get(&format!("{1}/api/{0}", id, HOST)).call();', ["GET /api/{}"]),
    "plus": ('ureq::post(&(HOST.to_string() + "/api/" + id)).call();', ["POST /api/{}"]),
    "concat": ('ureq::get(concat!("https://huggingface.co", "/api/x")).call();', ["GET /api/x"]),
    "push_str": ('let mut url = HOST.to_string(); url.push_str("/api/x"); ureq::get(&url).call();', ["GET /api/x"]),
    "replace": (
        'let t = "{h}/{i}/resolve/{r}"; ureq::head(&t.replace("{h}", HOST).replace("{i}", id).replace("{r}", "main"));',
        ["HEAD /{}/resolve/main"],
    ),
    "a client": ('let c = reqwest::Client::new(); c.delete(format!("{HOST}/api/x")).send().await;', ["DELETE /api/x"]),
    "a blocking client": (
        'let c = reqwest::blocking::Client::builder().build().unwrap(); c.put("/api/x").send();',
        ["PUT /api/x"],
    ),
    "an agent": ('let a = ureq::AgentBuilder::new().redirects(0).build(); a.get("/api/x").call();', ["GET /api/x"]),
    "request": ('ureq::request("patch", &format!("{HOST}/api/x")).call();', ["patch /api/x"]),
    "a method's name": (
        'reqwest::Client::new().request(reqwest::Method::POST, format!("{HOST}/api/x")).send();',
        ["POST /api/x"],
    ),
    "two branches": (
        'let url = if id == "" { format!("{HOST}/api/a") } else { format!("{HOST}/api/b/{id}") }; ureq::get(&url);',
        ["GET /api/a", "GET /api/b/{}"],
    ),
    "a match": (
        'let kind = match id { "m" => "models", _ => "datasets" }; ureq::get(&format!("{HOST}/api/{kind}")).call();',
        ["GET /api/datasets", "GET /api/models"],
    ),
    "a query": ('ureq::get(&format!("{HOST}/api/x?limit={id}")).call();', ["GET /api/x"]),
    "an unwrapped option": (
        'let rev: Option<&str> = None; ureq::get(&format!("{HOST}/api/x/{}", rev.unwrap_or("main")));',
        ["GET /api/x/main"],
    ),
    "in a closure": ('let go = || ureq::get(&format!("{HOST}/api/x")).call(); go();', ["GET /api/x"]),
    "in a macro": ('assert!(ureq::get(&format!("{HOST}/api/x")).call().is_ok());', ["GET /api/x"]),
    "no map": ('let m = std::collections::HashMap::new(); m.get("/api/x");', []),
}


@pytest.mark.parametrize(("body", "expected"), PATTERNS.values(), ids=PATTERNS)
def test_a_request_is_found_with_its_path(tmp_path: Path, body: str, expected: list[str]) -> None:
    inventory = lib(tmp_path, f'const HOST: &str = "https://huggingface.co";\npub async fn go(id: &str) {{ {body} }}\n')
    assert sorted(asked(inventory, "go")) == expected


def test_a_request_is_carried_through_wrappers_fields_and_builders(tmp_path: Path) -> None:
    inventory = lib(
        tmp_path,
        """
        use ureq::Agent;
        struct Headers { agent: Agent }
        impl Headers { fn get(&self, url: &str) -> ureq::Request { let mut r = self.agent.get(url); r } }
        pub struct ApiBuilder { endpoint: String, template: String }
        impl ApiBuilder {
            pub fn new() -> Self {
                let template = "{endpoint}/{repo}/resolve/{file}".to_string();
                Self { endpoint: "https://huggingface.co".to_string(), template }
            }
            pub fn with_endpoint(mut self, endpoint: String) -> Self { self.endpoint = endpoint; self }
            pub fn build(self) -> Result<Api, String> {
                let headers = Headers { agent: ureq::agent() };
                Ok(Api { endpoint: self.endpoint, template: self.template, headers })
            }
        }
        pub struct Api { endpoint: String, template: String, headers: Headers }
        impl Api {
            fn url(&self, repo: &str, file: &str) -> String {
                self.template.replace("{endpoint}", &self.endpoint).replace("{repo}", repo).replace("{file}", file)
            }
            pub fn download(&self, repo: &str, file: &str) -> Result<String, String> {
                let url = self.url(repo, file);
                self.metadata(&url)?;
                Ok(url)
            }
            fn metadata(&self, url: &str) -> Result<(), String> {
                self.headers.get(url).call().map_err(|e| e.to_string())?;
                Ok(())
            }
            pub fn info(&self, repo: &str) -> Option<String> {
                self.headers.get(&format!("{}/api/models/{repo}", self.endpoint)).call().ok()?.into_string().ok()
            }
        }
        """,
    )
    assert asked(inventory, "Api::download") == ["GET /{}/resolve/{}"]
    assert asked(inventory, "Api::info") == ["GET /api/models/{}"]


def test_an_address_that_only_a_run_knows_is_listed(tmp_path: Path) -> None:
    inventory = lib(
        tmp_path, 'pub fn go(r: ureq::Response) {\n    ureq::get(r.header("Location").unwrap()).call();\n}\n'
    )
    assert [str(one.where) for one in inventory.findings if one.rule == "request-unresolved"] == ["src/lib.rs:2"]


def test_long_chains_of_calls_end_in_no_error(tmp_path: Path) -> None:
    chain = "".join(
        f"pub fn f{n}(x: u8) -> String {{ [1].iter().map(|q| f{n + 1}(*q)); f{n + 1}(x) }}\n" for n in range(300)
    )
    last = 'pub fn f300(x: u8) -> String { ureq::get("https://hf.co/api/x").call(); String::new() }\n'
    inventory = lib(tmp_path, chain + last)
    assert asked(inventory, "f0") == ["GET /api/x"]
    assert inventory.unparsed == ()
