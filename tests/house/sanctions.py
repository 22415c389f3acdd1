"""The only home of what the house allows: levels, doors, imports inside functions, the length of a module."""

from __future__ import annotations

from collections.abc import Mapping

Sources = Mapping[str, str]
"""Text of every module by its path from the root of the repository."""

# the rooms of the house: a module imports from its own level and from those below, never in a circle
LEVELS: tuple[tuple[str, ...], ...] = (
    ("errors", "home", "values", "columns", "formats", "yamltext", "processes", "cards", "wording"),
    ("consistency", "places", "manifest", "lockfile", "settings", "textfiles", "drafting", "rowtypes"),
    ("locks", "catalogue", "digests", "shelves", "shipped"),
    (
        "address",
        "spelling",
        "plan",
        "layout",
        "hub",
        "store",
        "partials",
        "writing",
        "leases",
        "usage",
        "holdings",
        "links",
        "named",
        "abilities",
        "sources",
        "remote",
        "sites",
        "elsewhere",
        "obtain",
    ),
    ("tables",),
    (
        "resolving",
        "locking",
        "locking_urls",
        "locked",
        "checking",
        "convert",
        "fetch",
        "verify",
        "online",
        "eviction",
        "diagnosis",
        "preflight",
        "schemas",
        "stubs",
        "newproject",
        "peeking",
        "describing",
        "adding",
        "outdated",
        "why",
        "pinning",
        "pinning_files",
        "pinning_text",
        "pinning_tree",
        "receipts",
        "citing",
    ),
    ("mirror", "sample", "gaps", "ports"),
    ("testing",),
    ("cli", "__main__"),
)

# what `loaders` may know of the pipeline
LOADERS_MAY = {
    "errors",
    "places",
    "lockfile",
    "locks",
    "address",
    "store",
    "tables",
    "columns",
    "formats",
    "receipts",
    "usage",
    "values",
    "named",
    "wording",
}

# what stands on both packages: the command, and adapters that put the loaders behind a port
MAY_USE_LOADERS = ("recipes_data/cli/", "recipes_data/ports/", "recipes_data/testing/")

# one importer for each outside thing; a name that ends in a slash is a whole package
DOORS: dict[str, set[str]] = {
    # the probe drives the Hub's own client as one client among others
    "huggingface_hub": {
        "recipes_data/hub/huggingface.py",
        "recipes_data/gaps/probe/drivers/huggingface_hub.py",
        "recipes_data/ports/plain_hub.py",
    },
    "urllib3": {"recipes_data/hub/connection.py", "recipes_data/hub/reach.py"},
    "httpx": set(),
    "requests": set(),
    "aiohttp": set(),
    "fsspec": {"recipes_data/remote.py"},
    "pydantic": {"recipes_data/manifest.py", "recipes_data/schemas.py", "recipes_data/gaps/document.py"},
    "yaml": {"recipes_data/yamltext.py", "recipes_data/cards.py"},
    "tqdm": {"recipes_data/cli/screen.py"},
    "subprocess": {
        "recipes_data/cli/child.py",
        "recipes_data/abilities.py",
        "recipes_data/tables/workers.py",
        "recipes_data/gaps/probe/driving.py",
        "recipes_data/gaps/python_client/introspection.py",
    },
    "libcst": {"recipes_data/pinning_text.py", "recipes_data/pinning_tree.py"},
    "griffe": {"recipes_data/gaps/python_client/"},
    "tree_sitter": {"recipes_data/gaps/trees.py"},
    "tree_sitter_elixir": {"recipes_data/gaps/trees.py"},
    "tree_sitter_rust": {"recipes_data/gaps/trees.py"},
    "polars": {"loaders/inpolars.py", "loaders/statistics.py"},
    "matplotlib": {"recipes_data/cli/plotfile.py"},
    "pandas": set(),
    "datasets": {
        "loaders/exports.py",
        "recipes_data/gaps/probe/drivers/huggingface_hub.py",
        "recipes_data/ports/plain_store.py",
    },
    "torch": {"loaders/tensors.py"},
    "PIL": {"recipes_data/tables/images.py"},
    "soundfile": {"recipes_data/tables/audio.py"},
    "argparse": {"recipes_data/cli/"},
    "argcomplete": {"recipes_data/cli/completion.py"},
    "random": {"recipes_data/hub/patience.py", "recipes_data/sample/", "loaders/order.py"},
    # formats that run what they hold
    "pickle": {"recipes_data/tables/pickledtext.py"},
    "marshal": set(),
    "shelve": set(),
    "dill": set(),
    "cloudpickle": set(),
    "joblib": set(),
}

MAY_PRINT = ("recipes_data/cli/",)
MAY_READ_ENVIRONMENT = (
    "recipes_data/cli/",
    "recipes_data/places.py",
    "recipes_data/online.py",
    "recipes_data/gaps/probe/run.py",  # hands it on to the program that it drives
    "recipes_data/gaps/probe/drivers/",  # programs of their own
    "loaders/locating.py",
)

# imports inside functions: each is a heavy or rare door that most runs never open
LAZY: dict[str, set[str]] = {
    "loaders/__init__.py": {"importlib"},
    # the one view of rows that have YAML in a cell
    "loaders/benchmarks/agents.py": {"recipes_data.yamltext"},
    "loaders/dataset_calls.py": {"loaders.showing"},
    "loaders/recorded.py": {"loaders.showing"},
    "loaders/stream.py": {"loaders.showing"},
    "loaders/loading.py": {"loaders.parts", "loaders.stream"},
    "loaders/locating.py": {"recipes_data.online"},
    "loaders/rows.py": {"loaders.exports", "loaders.keys", "loaders.mapping", "loaders.showing", "loaders.tensors"},
    "loaders/exports.py": {"array", "loaders.inpolars", "datasets", "datasets.table"},
    "loaders/order.py": {"numpy", "random"},
    "loaders/pins.py": {"array", "binascii", "sys", "zlib"},
    "loaders/splitting.py": {"numpy"},
    "loaders/views.py": {"recipes_data.tables.toarrow"},
    "recipes_data/__init__.py": {"importlib"},
    "recipes_data/abilities.py": {"fcntl"},
    # a load, which writes nothing, begins in a twentieth of a second
    "recipes_data/store.py": {"recipes_data.links", "shutil", "tempfile"},
    "recipes_data/locks.py": {"tempfile"},
    "recipes_data/usage.py": {"platform"},
    "recipes_data/values.py": {"dataclasses"},
    "recipes_data/writing.py": {"fcntl"},
    "recipes_data/spelling.py": {"recipes_data.yamltext"},
    "recipes_data/cli/completion.py": {"argcomplete"},
    "recipes_data/cli/entry.py": {
        "recipes_data.cli.completion",
        "recipes_data.cli.interrupts",
        "recipes_data.cli.main",
        "recipes_data.cli.stamp",
    },
    "recipes_data/checking.py": {
        "recipes_data.named",
        "recipes_data.tables.archives",
        "recipes_data.tables.opening",
        "recipes_data.tables.together",
    },
    "recipes_data/tables/audio.py": {"soundfile"},
    "recipes_data/tables/beside.py": {"pyarrow", "recipes_data.tables.parquet", "recipes_data.tables.schema"},
    "recipes_data/tables/folderrows.py": {"recipes_data.tables.toarrow"},
    "recipes_data/tables/images.py": {"PIL", "PIL.Image", "PIL.ImageOps"},
    "recipes_data/tables/lines.py": {"numpy"},
    "recipes_data/tables/mapping.py": {"pyarrow"},
    "recipes_data/tables/opening.py": {"recipes_data.tables.beside", "recipes_data.tables.converted"},
    "recipes_data/tables/textrows.py": {"recipes_data.tables.toarrow"},
    "recipes_data/tables/unpacking.py": {"pyarrow", "recipes_data.hub.bounded"},
    "recipes_data/tables/oldarrow.py": {"zoneinfo"},
    "recipes_data/tables/rowextensions.py": {"msgspec.msgpack", "zoneinfo"},
    "recipes_data/tables/rowbatches.py": {"pyarrow"},
    "recipes_data/tables/rowbuild.py": {"pyarrow", "recipes_data.tables.rowpacking"},
    "recipes_data/tables/rowvalues.py": {"msgspec", "recipes_data.tables.rowextensions"},
    "recipes_data/tables/table.py": {"pyarrow", "recipes_data.tables.rowbuild", "recipes_data.tables.schema"},
    "recipes_data/verify.py": {
        "recipes_data.tables.converted",
        "recipes_data.tables.keptorders",
        "recipes_data.tables.members",
        "recipes_data.tables.opening",
        "recipes_data.tables.rowcache",
        "recipes_data.tables.together",
    },
    "recipes_data/cli/fetch.py": {"recipes_data.places", "recipes_data.cli.child", "recipes_data.cli.checkup"},
    "recipes_data/cli/lock.py": {"recipes_data.cli.child"},
    "recipes_data/cli/outdated.py": {"recipes_data.cli.child"},
    "recipes_data/cli/project.py": {"recipes_data.cli.child"},
    "recipes_data/fetch.py": {"recipes_data.convert"},
    "recipes_data/cli/scope.py": {"recipes_data.catalogue"},
    "recipes_data/cli/plotfile.py": {"matplotlib.figure"},
    "recipes_data/cli/show.py": {"recipes_data.cli.converting", "recipes_data.cli.stats"},
    "recipes_data/cli/verify.py": {"recipes_data.cli.repair"},
    "recipes_data/cli/ways.py": {"recipes_data.elsewhere"},
    "recipes_data/cli/screen.py": {"tqdm.auto"},
    "recipes_data/cli/stamp.py": {"recipes_data"},
    "recipes_data/gaps/probe/drivers/huggingface_hub.py": {"datasets", "transformers"},
    "recipes_data/gaps/python_client/structure.py": {"griffe"},
    "recipes_data/gaps/trees.py": {"tree_sitter", "tree_sitter_elixir", "tree_sitter_rust"},
    "recipes_data/hub/connection.py": {"truststore", "certifi"},
    "recipes_data/online.py": {
        "recipes_data.catalogue",
        "recipes_data.hub.connection",
        "recipes_data.hub.huggingface",
        "recipes_data.hub.reach",
        "recipes_data.sites",
    },
    "recipes_data/pinning_text.py": {"libcst", "libcst.metadata", "recipes_data.pinning_tree"},
    "recipes_data/places.py": {"tomllib"},
    "recipes_data/settings.py": {"tomllib"},
    "recipes_data/cli/main.py": {"traceback"},
    "recipes_data/remote.py": {"fsspec", "fsspec.core"},
}

MOST_LINES = 400
