"""What an intake read, joined, repaired and dropped: text, ``intake.json``, ``intake.html``."""

from __future__ import annotations

import json
from functools import partial
from html import escape
from pathlib import Path
from typing import Any

from gridplan.district.folder.read import read_district
from gridplan.intake.prepare import Prepared
from gridplan.intake.record.ledger import Step
from gridplan.outputs.disk.whole_file import write_whole
from gridplan.outputs.map.intake import intake_map
from gridplan.text import say
from gridplan.text.language import in_language, joined

KINDS = ("read", "joined", "repaired", "dropped", "assumed", "checked")
JSON, PAGE = "intake.json", "intake.html"


def intake_data(prepared: Prepared, *, lang: str) -> dict[str, Any]:
    """
    Give an intake as plain values: files, steps with rows and residents, answers, totals.

    Parameters
    ----------
    prepared
        As :func:`gridplan.intake.prepare.prepare` returns it.
    lang
        ``zh`` or ``en``; of the sentences.
    """
    before, after = prepared.ledger.population()
    return {
        "files": [
            {"role": role.partition("/")[0], "file": name, "sha256": digest}
            for role, (name, digest) in prepared.files.items()
        ],
        "residents": {"in": before, "out": after, "difference": after - before},
        "steps": [_step(step, lang) for step in prepared.ledger.steps],
        "answers": dict(sorted(_answers(prepared).items())),
        "grids": prepared.grids,
        "vintage": prepared.vintage,
    }


def _answers(prepared: Prepared) -> dict[str, str]:
    taken = {key: question.proposal for key, question in prepared.decisions.taken.items()}
    return taken | prepared.decisions.given


def _step(step: Step, lang: str) -> dict[str, Any]:
    return {
        "kind": step.kind,
        "layer": step.layer,
        "code": step.told.code,
        "text": step.told.text(lang),
        "rows": step.rows,
        "residents": step.residents,
        "subjects": list(step.subjects),
    }


def intake_text(prepared: Prepared, *, lang: str) -> str:
    """Say an intake in lines for a terminal, the sum of residents first."""
    lines = [_sum_line(prepared, lang), ""]
    for kind in KINDS:
        steps = [step for step in prepared.ledger.steps if step.kind == kind]
        if steps:
            lines.append(say(f"intake.kind-{kind}", lang))
            lines += [f"  {step.told.text(lang)}" for step in steps]
    return "\n".join(lines)


def _sum_line(prepared: Prepared, lang: str) -> str:
    before, after = prepared.ledger.population()
    difference = after - before
    key = "intake.sum-same" if abs(difference) < 1 else "intake.sum-differs"
    values = {
        "before": f"{before:,.0f}",
        "after": f"{after:,.0f}",
        "difference": f"{difference:+,.0f}",
    }
    said = say(key, lang, **values)
    base = prepared.vintage or say("intake.base-unknown", lang)
    return f"{said}{say('intake.base', lang, base=base)}"


def write_intake(prepared: Prepared, *, lang: str) -> None:
    """Write ``intake.json`` and ``intake.html`` into the district folder."""
    data = intake_data(prepared, lang=lang)
    text = json.dumps(data, ensure_ascii=False, indent=2) + "\n"
    page = _page(prepared, data, lang)
    for name, content in ((JSON, text), (PAGE, page)):
        write_whole(prepared.folder / name, partial(_put, content))


def _put(content: str, path: Path) -> None:
    path.write_text(content, encoding="utf-8", newline="\n")


STYLE = (
    "body{font:15px/1.6 sans-serif;max-width:1000px;margin:2em auto;padding:0 1em;color:#222}"
    "table{border-collapse:collapse;width:100%}td.n,th.n{text-align:right;white-space:nowrap}"
    "td,th{border-bottom:1px solid #ccc;padding:.3em .5em;text-align:left;vertical-align:top}"
    "iframe{width:100%;height:520px;border:1px solid #ccc}h1{font-size:1.5em}h2{font-size:1.15em}"
    ".sum{font-size:1.2em;background:#eef4fb;padding:.6em 1em}"
    "details summary{cursor:pointer}code{background:#f2f2f2}"
)


def _page(prepared: Prepared, data: dict[str, Any], lang: str) -> str:
    def t(key: str, **values: Any) -> str:  # noqa: ANN401
        return escape(say(f"intake.{key}", lang, **values))

    district = read_district(prepared.folder)
    name = in_language(district, "name", lang)
    drawn = escape(
        intake_map(district, lang=lang, steps=prepared.ledger.steps, crs=prepared.crs), quote=True
    )
    files = "".join(
        f"<tr><td>{t('role-' + f['role'])}</td><td>{escape(f['file'])}</td>"
        f"<td><code>{f['sha256'][:16]}</code></td></tr>"
        for f in data["files"]
    )
    head = f"<tr><th>{t('role')}</th><th>{t('file')}</th><th>sha256</th></tr>"
    answers = "".join(
        f"<tr><td><code>{escape(key)}</code></td><td>{escape(value)}</td></tr>"
        for key, value in data["answers"].items()
    )
    parts = [
        f"<!doctype html><html lang='{lang}'><head><meta charset='utf-8'>",
        f"<title>{t('title', name=name)}</title><style>{STYLE}</style></head><body>",
        f"<h1>{t('title', name=name)}</h1><p class='sum'>{escape(_sum_line(prepared, lang))}</p>",
        f'<iframe srcdoc="{drawn}" title="{t("map")}"></iframe>',
        f"<h2>{t('files')}</h2><table>{head}{files}</table>",
        f"<h2>{t('steps')}</h2>{_steps_table(data['steps'], lang)}",
        f"<h2>{t('answers')}</h2><p>{t('answers-note')}</p><table>{answers}</table>"
        if answers
        else "",
        "</body></html>",
    ]
    return "\n".join(part for part in parts if part) + "\n"


def _steps_table(steps: list[dict[str, Any]], lang: str) -> str:
    head = "".join(
        f"<th class='{kind}'>{escape(say(f'intake.{key}', lang))}</th>"
        for key, kind in (("kind", ""), ("what", ""), ("rows", "n"), ("residents", "n"))
    )
    rows = []
    for step in steps:
        told = escape(step["text"])
        if len(step["subjects"]) > 5:
            every = escape(joined(step["subjects"], lang))
            told = f"<details><summary>{told}</summary>{every}</details>"
        kind = escape(say(f"intake.kind-{step['kind']}", lang))
        figures = "".join(
            f"<td class='n'>{_change(step[key])}</td>" for key in ("rows", "residents")
        )
        rows.append(f"<tr><td>{kind}</td><td>{told}</td>{figures}</tr>")
    return f"<table><tr>{head}</tr>{''.join(rows)}</table>"


def _change(pair: tuple[float, float] | None) -> str:
    if pair is None:
        return ""
    before, after = (f"{value:,.0f}" for value in pair)
    return after if before == after else f"{before} → {after}"
