"""``docs/district-folder.md``, generated from the definitions that validate.

Run ``python -m gridplan.district.pages.page`` after a change; a test holds the page to the
definitions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from gridplan.district.folder.layer import SUFFIXES
from gridplan.district.folder.matrix_file import FROM, TO
from gridplan.district.manifest.layer_entry import FILE, LAYER_KEYS, NEEDED
from gridplan.district.manifest.manifest import KEYS
from gridplan.district.schema.field import Field
from gridplan.district.schema.headers import COORDINATES
from gridplan.district.schema.labels import NOTE, PLACE, ROW, SUFFIX
from gridplan.district.schema.schema import LAYERS
from gridplan.district.schema.vocabulary import ANSWERS, LABELS, ROW_LABELS, Vocabulary
from gridplan.text import say

PAGE = Path("docs/district-folder.md")
EXAMPLE = """\
code = "440311"
name_zh = "深圳市光明区"
name_en = "Guangming District, Shenzhen"
vintage = "2020"

[layers.units]
file = "units.csv"
crs = "EPSG:4547"
cell_metres = 100
label = "modelled"
source = "..."

[layers.hospitals]
file = "hospitals.csv"
crs = "gcj02"
label = "real"
source = "..."

[[links]]
from = "u1"
to = "u2"
"""


def document() -> str:
    """Return the whole page: Chinese, then English."""
    return "\n".join([*_part("zh"), "", "---", "", *_part("en")]).rstrip() + "\n"


def _part(lang: str) -> list[str]:
    def t(key: str, **values: object) -> str:
        return say(f"schema.{key}", lang, **values)

    lines = [f"# {t('title')}", "", t("generated"), "", t("intro", formats=list(SUFFIXES)), ""]
    lines += [f"## {FILE}", "", "```toml", EXAMPLE.rstrip(), "```", ""]
    lines += _table(
        [t("key"), t("meaning")],
        [[f"`{key}`", t(f"toml-{key}")] for key in KEYS],
    )
    lines += ["", t("layer-keys"), ""]
    lines += _table(
        [t("key"), t("required"), t("meaning")],
        [[f"`{k}`", t("yes") if k in NEEDED else "", t(f"layer-{k}")] for k in LAYER_KEYS],
    )
    lines += ["", *_words(LABELS, t("code"), t("words")), ""]
    lines += [f"## {t('coordinates')}", "", t("coordinates-text"), ""]
    lines += _table(
        [t("column"), t("headers")],
        [[f"`{axis}`", _codes(aliases)] for axis, aliases in COORDINATES.items()],
    )
    vocabularies: dict[str, Vocabulary] = {}
    for layer, schema in LAYERS.items():
        lines += ["", f"## {layer}", "", t(f"{layer}"), "", t(f"geometry-{schema.geometry}"), ""]
        rows = []
        for field in (field for field in schema.fields if not field.of):
            need = t("yes") if field.required else t("extra") if field.extra else ""
            kind = _kind(field, lang)
            meaning = t(f"{layer}-{field.name}")
            rows.append([f"`{field.name}`", need, kind, meaning, _codes(field.aliases)])
            if field.words is not None and field.words not in (LABELS, ANSWERS):
                vocabularies[f"{layer}.{field.name}"] = field.words
        heads = [t("column"), t("required"), t("kind"), t("meaning"), t("headers")]
        lines += _table(heads, rows)
    lines += _matrices(t)
    lines += ["", f"## {t('labels')}", "", t("labels-text"), ""]
    heads = [t("column"), t("meaning"), t("headers")]
    lines += _table(heads, [[f"`{name}`", t(key), _codes(words)] for name, key, words in _labels()])
    lines += ["", *_words(ROW_LABELS, t("code"), t("words"))]
    lines += ["", f"## {t('vocabularies')}", "", t("vocabularies-text"), ""]
    for name, words in {**vocabularies, t("answers"): ANSWERS}.items():
        lines += [f"### {name}", "", *_words(words, t("code"), t("words")), ""]
    return [*lines, f"## {t('repairs')}", "", t("repairs-text")]


def _matrices(t: Callable[..., str]) -> list[str]:
    lines = ["", f"## {t('matrix-title')}", "", t("matrix"), "", t("matrix-forms"), ""]
    rows = [
        ["`from`", t("matrix-from"), _codes(FROM[1:])],
        ["`to`", t("matrix-to"), _codes(TO[1:])],
        [t("matrix-figures"), t("matrix-figure"), ""],
    ]
    heads = [t("column"), t("meaning"), t("headers")]
    return [*lines, *_table(heads, rows), "", t("matrix-places")]


def _labels() -> list[tuple[str, str, tuple[str, ...]]]:
    """Give the label columns once for all layers: name, what is said of it, other headers."""
    fields = {field.name: field for schema in LAYERS.values() for field in schema.fields}
    own = [
        (fields[name].name, f"labels-{fields[name].of}", fields[name].aliases)
        for name in (ROW, PLACE, NOTE)
    ]
    example = fields[f"beds{SUFFIX}"]
    return [*own, (f"*{SUFFIX}", "labels-figure", example.aliases[:1])]


def _kind(field: Field, lang: str) -> str:
    kind = say(f"schema.kind-{field.kind}", lang)
    if field.unit:
        kind += f", {say(f'schema.unit-{field.unit}', lang)}"
    if field.lower is not None:
        kind += f", ≥ {field.lower:g}"
    return kind


def _words(words: Vocabulary, code: str, spoken: str) -> list[str]:
    return _table([code, spoken], [[f"`{key}`", _codes(value)] for key, value in words.items()])


def _codes(words: Iterable[str]) -> str:
    return " ".join(f"`{word}`" for word in words)


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    head = f"| {' | '.join(heads)} |"
    rule = f"|{'---|' * len(heads)}"
    return [head, rule, *(f"| {' | '.join(row)} |" for row in rows)]


if __name__ == "__main__":
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(document(), encoding="utf-8", newline="\n")
