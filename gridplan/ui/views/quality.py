"""How far from the best possible a plan can be, in plain words; folded away on the desk."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from gridplan.outputs.tables.sentences import certificate_text
from gridplan.outputs.words.manner import fitting, manner
from gridplan.outputs.words.names import method_text
from gridplan.outputs.words.told_notes import told_notes
from gridplan.ui.shown.literal import literal
from gridplan.ui.shown.spoken import fitted, say
from gridplan.ui.shown.words import in_words

if TYPE_CHECKING:
    from gridplan.planning.plan import Plan


def quality_view(plan: Plan, lang: str) -> None:
    """Draw the proof of each part, folded, and what was assumed on the way."""
    with st.expander(say("app.quality", lang)):
        st.markdown(say("app.certificate-intro", lang))
        for part, proof in plan.certificates.items():
            method = method_text(proof.method, lang)
            with st.container(border=True):
                title = fitted(fitting(f"summary.certificate-{part}", lang, manner(plan)), lang)
                st.markdown(f"**{title}**")
                st.text(certificate_text(proof, lang))
                st.caption(
                    literal(say("app.certificate-how", lang, method=method, seed=proof.seed))
                )
        for note in told_notes(plan.notes, lang, words=in_words):
            st.info(literal(note))
