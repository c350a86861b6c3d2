"""What a district folder holds: layers, figures, labels, and everything that was repaired."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from gridplan.district.district import INDEXES, District
from gridplan.district.geometry.adjacency import TOLERANCE
from gridplan.outputs.files.rows_file import entries_of, names_fewer
from gridplan.outputs.words.names import figure, word
from gridplan.outputs.words.safe import plain
from gridplan.outputs.words.text_table import text_table
from gridplan.outputs.words.trust import layer_trust
from gridplan.text import say
from gridplan.text.language import in_language


def inventory(district: District, *, lang: str) -> dict[str, Any]:
    """
    List layers, figures and repairs as plain values.

    Parameters
    ----------
    district
        As read.
    lang
        ``zh`` or ``en``, for the sentences of repairs.

    Returns
    -------
    inventory
        ``district``, ``population``, ``crs``, ``pieces``, ``eligible_leads``, ``layers[]`` (layer,
        rows, label, rows_below and row_labels of rows trusted less, source, sha256),
        ``snap_metres``, ``links[]`` (from, to, metres edge to edge), ``apart[]`` (why units do not
        hang together), ``repairs[]``.
    """
    eligible = district.hospitals["eligible"].astype(bool) if len(district.hospitals) else []
    return {
        "district": {
            "code": district.code,
            "name_zh": district.name_zh,
            "name_en": district.name_en,
            "vintage": district.vintage,
        },
        "population": round(district.population, 3),
        "crs": next((s.crs for s in district.layers if s.layer == "units"), district.crs.name),
        "pieces": int(district.components.max()) + 1,
        "eligible_leads": int(sum(eligible)),
        "layers": [
            {
                "layer": source.layer,
                "rows": len(getattr(district, source.layer))
                if source.layer in INDEXES
                else source.rows or None,
                "label": source.label,
                "rows_below": source.rows_below,
                "row_labels": source.row_labels,
                "source": source.source,
                "file": source.file,
                "sha256": source.sha256,
            }
            for source in district.layers
        ],
        "snap_metres": district.snap_metres,
        "links": [
            {"from": one, "to": other, "metres": round(metres, 1)}
            for (one, other), metres in zip(district.links, district.link_metres, strict=True)
        ],
        "apart": [problem.text(lang) for problem in district.apart],
        "repairs": [problem.text(lang) for problem in district.repairs],
    }


def inventory_text(district: District, *, lang: str, rows: Path | None = None) -> str:
    """
    Tell the inventory in words.

    Parameters
    ----------
    district
        As read.
    lang
        ``zh`` or ``en``.
    rows
        File that every row was written to; None where there is none, then it is told how to get
        one if a sentence only counts some.

    Returns
    -------
    text
    """
    found = inventory(district, lang=lang)
    name = in_language(district, "name", lang)
    table = [[say(f"inventory.{key}", lang) for key in ("layer", "rows", "label", "source")]]
    table += [
        [
            word("layer", layer["layer"], lang),
            "" if layer["rows"] is None else f"{layer['rows']:,}",
            layer_trust(layer, lang),
            plain(layer["source"]),
        ]
        for layer in found["layers"]
    ]
    lines = [
        say("inventory.sound", lang, district=plain(name), code=plain(district.code)),
        say(
            "inventory.figures",
            lang,
            population=figure(found["population"], "persons", lang),
            pieces=found["pieces"],
            leads=found["eligible_leads"],
            crs=found["crs"],
        ),
        *text_table(table, header=True),
    ]
    if district.snap_metres > TOLERANCE:
        lines.append(say("inventory.snapped", lang, metres=f"{district.snap_metres:g}"))
    lines += [
        say(
            "inventory.link", lang, **{**link, "one": link["from"], "metres": f"{link['metres']:,}"}
        )
        for link in found["links"]
    ]
    if found["apart"]:
        lines += [
            say("inventory.apart", lang),
            *(f"  - {plain(told, limit=1200)}" for told in found["apart"]),
        ]
    if found["repairs"]:
        lines += [
            say("inventory.repairs", lang),
            *(f"  - {plain(r, limit=1200)}" for r in found["repairs"]),
        ]
    else:
        lines.append(say("inventory.no-repairs", lang))
    if rows is not None:
        lines.append(say("inventory.rows-written", lang, file=plain(rows)))
    elif names_fewer(entries_of(district)):
        lines.append(say("inventory.rows-more", lang, folder=plain(district.folder or "DISTRICT")))
    return "\n".join(lines)
