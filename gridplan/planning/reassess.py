"""A plan with other answers to the clauses no map can answer: nothing is planned again."""

from __future__ import annotations

import dataclasses

import pandas as pd

from gridplan.planning.checks.finding import answered_by
from gridplan.planning.checks.policy_files import ASSESSMENT, assessment_file
from gridplan.planning.plan import Plan
from gridplan.policy.assessment import Assessment, assessment_toml
from gridplan.policy.verdict import state_of


def reassess(plan: Plan, assessment: Assessment) -> Plan:
    """
    Put the planner's answers among the findings in place of those that stood there.

    Parameters
    ----------
    plan
        A finished plan.
    assessment
        Answers by ``profile/rule``; those to rules the plan does not ask for are kept in its file
        only.

    Returns
    -------
    Plan
        With its self-assessed findings answered anew, and the fingerprint of
        :func:`gridplan.policy.assessment.assessment_toml` of the answers.
    """
    rows = plan.findings.to_dict(orient="records")
    for row in rows:
        if row["answered"] == "self-assessed":
            answer = assessment.get(f"{row['profile']}/{row['rule']}")
            row.update(answered_by(answer, state_of(row)))
    findings = pd.DataFrame(rows, columns=list(plan.findings.columns), dtype=object)
    others = [file for file in plan.policy_files if file.layer != ASSESSMENT]
    if assessment:
        others.append(assessment_file(assessment_toml(assessment).encode()))
    return dataclasses.replace(plan, findings=findings, policy_files=tuple(others))
