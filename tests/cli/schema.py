"""The schema agrees with the loader: every scenario in the repository validates, and of the broken ones those that
a schema can tell do not. Needs python3-jsonschema and python3-yaml; without them the test is skipped (77)."""
import json
import pathlib
import subprocess
import sys

try:
    import jsonschema
    import yaml
except ImportError:
    sys.exit(77)

windtunnel = sys.argv[1]
root = pathlib.Path(__file__).resolve().parents[2]
schema = json.loads(subprocess.run([windtunnel, "schema"], check=True, capture_output=True).stdout)
jsonschema.Draft7Validator.check_schema(schema)
validator = jsonschema.Draft7Validator(schema)


class Strings(yaml.SafeLoader):
    """YAML 1.2's core: only what looks like a number, true, false or null is not text."""


Strings.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(("timestamp", "merge"))]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def text_keys(value):
    """Names are text, whatever they look like."""
    if isinstance(value, dict):
        return {str(key): text_keys(item) for key, item in value.items()}
    return [text_keys(item) for item in value] if isinstance(value, list) else value


def errors(path):
    document = text_keys(yaml.load(path.read_text(encoding="utf-8"), Strings))
    return [f"{'/'.join(map(str, e.absolute_path))}: {e.message[:200]}" for e in validator.iter_errors(document)]


failures = 0
good = sorted((root / "scenarios").rglob("*.yaml")) + sorted((root / "tests/check").glob("*.yaml"))
for path in good:
    found = errors(path)
    if found:
        failures += 1
        print(f"{path.relative_to(root)}: the loader takes it, the schema does not: {found[0]}")

# Left to the loader: what takes more than one field to judge, names, and arguments inside parentheses.
beyond_a_schema = set((root / "tests/cli/beyond_a_schema.txt").read_text().split())
aliases = {"alias_circle", "billion_laughs"}  # not to be expanded by a parser without limits
broken = [p for p in sorted((root / "tests/language/broken").glob("*.yaml")) if p.stem not in aliases]
for path in broken:
    try:
        refused = bool(errors(path))
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError):
        refused = True  # no YAML at all
    if refused == (path.stem in beyond_a_schema):
        failures += 1
        print(f"{path.relative_to(root)}: {'refused, though listed as beyond a schema' if refused else 'validates'}")

print(f"{len(good)} good, {len(broken)} broken, {failures} disagreements")
sys.exit(1 if failures else 0)
