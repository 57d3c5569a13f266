"""What an attached file adds to what the text itself brought. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from crawlers.article import Attachment
from pipelines.match import Evidence, Match


def with_file(matches: Iterable[Match], more: Iterable[Match], file: Attachment) -> list[Match]:
    """The matches with those of a file: by rule, the evidence of both, and where it stands in words."""
    by_rule = {match.rule: match for match in matches}
    for match in more:
        known = by_rule.get(match.rule)
        found = [_of(one, file) for one in match.evidence]
        new = [one for one in found if one.field == "attachment"]
        if not new:  # the title alone: of that the text has said what there is to say
            continue
        if known is None:
            where = replace(match, evidence=tuple(found), why=f"{match.why}, in “{file.name}”")
            by_rule[match.rule] = where
        else:
            by_rule[match.rule] = replace(
                known,
                evidence=(*known.evidence, *new),
                score=max(known.score, match.score),
                why=f"{known.why}, and in “{file.name}”",
            )
    return list(by_rule.values())


def _of(one: Evidence, file: Attachment) -> Evidence:
    return one if one.field == "title" else replace(one, field="attachment", attachment=file.url)
