#!/usr/bin/env bash
# The tests on three sets of dependencies: the lowest of every range, a middle one as where `transformers` holds
# huggingface_hub below 2, and the newest that the package registry has. Each has a venv of its own in .venvs/.
set -euo pipefail
cd "$(dirname "$0")/.."
python=${PYTHON:-python3}

lowest="huggingface_hub==1.5.0 pyarrow==21.0.0 numpy==1.24.4 fsspec==2023.5.0 pydantic==2.7.0 PyYAML==6.0.1 tqdm==4.66.3 urllib3==2.2.0 msgspec==0.19.0 orjson==3.10.0 libcst==1.3.1 datasets==5.0.1"
middle="huggingface_hub==1.33.0 datasets==5.2.0"
newest="huggingface_hub datasets pyarrow numpy fsspec pydantic polars urllib3"

run() {
    name=$1
    shift
    echo "== $name: $*"
    "$python" -m venv ".venvs/$name"
    ".venvs/$name/bin/python" -m pip install --quiet --disable-pip-version-check --upgrade --editable '.[dev]' "$@"
    ".venvs/$name/bin/python" -c 'import huggingface_hub as h, pyarrow as a, numpy as n, datasets as d, pydantic as p
print("huggingface_hub", h.__version__, "pyarrow", a.__version__, "numpy", n.__version__, "datasets", d.__version__, "pydantic", p.VERSION)'
    ".venvs/$name/bin/python" -m pytest -q -n 2
}

for set in ${SETS:-lowest middle newest}; do
    # shellcheck disable=SC2086  # the words of a set are arguments
    case $set in
        lowest) run lowest $lowest ;;
        middle) run middle $middle ;;
        newest) run newest $newest ;;
        *) echo "no such set: $set" >&2; exit 2 ;;
    esac
done
