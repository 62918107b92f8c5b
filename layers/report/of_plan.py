"""A plan's report: what it promises in figures, who answers, what has been reported since, where its projects are."""

from __future__ import annotations

from layers.imprint import Imprint
from layers.mapped import Mapped
from layers.punctuation import printed
from layers.report import content, picture, wording
from layers.report.spec import Report, Section, Table
from layers.words import deadline, figure, share
from plans import describe, progress
from plans.model import Body, Plan, Target

#: Rows of the table of targets when figures alone do not fill it; every target with a figure is always listed.
_ROWS = 24


def report(plan: Plan, mapped: Mapped, imprint: Imprint, lang: str = "zh") -> Report:
    """Return the report of a plan: its figures with clause and responsible bodies, its projects on the map."""
    zh = lang == "zh"
    counts = describe.counts(plan)
    placed = len(mapped.projects.frame) if mapped.projects is not None else 0
    figures = (
        (
            "指标(其中量化)" if zh else "targets (with a figure)",
            f"{counts['targets']} ({counts['targets_quantified']})",
        ),
        ("项目与地点" if zh else "projects and places", f"{counts['projects']}"),
        ("其中位置已知" if zh else "of known position", f"{placed}"),
        ("责任单位" if zh else "responsible bodies", f"{counts['bodies']}"),
    )
    sections = [
        Section(
            "一、文件" if zh else "1. The document",
            paragraphs=(printed(content.document(plan, lang), lang),),
            small=_notes(plan, lang),
        ),
        _targets(plan, lang),
        Section(
            "三、项目分布" if zh else "3. Where its projects are",
            with_picture=True,
            small=tuple(printed(text, lang) for text in mapped.notices(lang)),
        ),
        Section(
            "四、来源" if zh else "4. Sources",
            items=(printed((";" if zh else "; ").join(mapped.attributions), lang),),
            small=(
                printed(
                    f"规划 {plan.id};数据校验 {plan.sha256};原文件 {plan.source_file}(sha256 {plan.source_sha256})"
                    if zh
                    else f"Plan {plan.id}; checksum of its data {plan.sha256}; source file {plan.source_file} "
                    f"(sha256 {plan.source_sha256})",
                    lang,
                ),
            ),
        ),
    ]
    return Report(
        lang=lang,
        title=printed(plan.title(lang), lang),
        imprint=imprint,
        figures=tuple((printed(label, lang), text) for label, text in figures),
        sections=tuple(sections),
        picture=picture.draw(mapped, imprint, lang),
        picture_alt="项目分布图" if zh else "Map of the projects",
        footer=printed(f"{imprint.review(lang)} · {imprint.status_text(lang)}", lang),
    )


def _notes(plan: Plan, lang: str) -> tuple[str, ...]:
    """Return what the text leaves unsaid or ambiguous; broken characters are only counted: they change no figure."""
    zh = lang == "zh"
    said = [note.zh if zh else note.en for note in plan.notes if note.kind != "corruption"]
    broken = len(plan.notes) - len(said)
    if broken:
        said.append(
            f"原文另有{broken}处文字残损,逐处记录在规划数据中。"
            if zh
            else f"{broken} more passages have broken characters, each recorded in the plan's data."
        )
    return (printed(" ".join(said), lang),) if said else ()


def _targets(plan: Plan, lang: str) -> Section:
    """Return the quantified targets as a table, and as many others as fill a page; how many more there are is said."""
    zh = lang == "zh"
    quantified = [t for t in plan.targets if t.quantified]
    others = [t for t in plan.targets if not t.quantified]
    shown = [*quantified, *others[: max(0, _ROWS - len(quantified))]]
    left = len(plan.targets) - len(shown)
    count = (
        f"指标共{len(plan.targets)}项:量化{len(quantified)}项,定性{len(others)}项。"
        if zh
        else f"{len(plan.targets)} targets: {len(quantified)} with a figure, {len(others)} without."
    )
    rest = (
        f"表中未列定性指标{left}项,见 python -m infraplan targets {plan.id}。"
        if zh
        else f"Not listed: {left} targets without a figure; python -m infraplan targets {plan.id}."
    )
    heads = (
        ("指标", "数值", "期限", "条款", "牵头单位", "其他责任单位", "已报进展")
        if zh
        else ("Indicator", "Figure", "Due", "Clause", "Lead body", "Other bodies", "Reported so far")
    )
    known = {p.target.id: p for p in progress.progress(plan)}
    rows = tuple(_row(plan, target, known.get(target.id), lang) for target in shown)
    note = (
        "数值照录自文件;“未知”表示文件未写明或没有可比的已报数。"
        if zh
        else "Figures as the document has them; unknown: it does not say, or no comparable figure is reported."
    )
    return Section(
        "二、指标与责任" if zh else "2. What it promises, and who answers",
        paragraphs=(printed(count, lang),),
        table=Table(heads, rows, (2.6, 1.5, 1.1, 1.1, 1.3, 3.0, 1.8)),
        small=tuple(printed(t, lang) for t in (*([rest] if left else []), note)),
    )


def _row(plan: Plan, target: Target, known: progress.Progress | None, lang: str) -> tuple[str, ...]:
    zh = lang == "zh"
    unknown = wording.UNKNOWN[not zh]
    lead = plan.lead(target)
    ids = {body.id for body in lead}
    others = tuple(body for body in plan.responsible(target) if body.id not in ids)
    latest = known.latest if known else None
    reported = unknown
    if known is not None and latest is not None:
        inferred = (
            (";口径一致为推定" if zh else "; that the rules agree is inferred") if known.inferred else ""
        )
        reported = f"{latest.figure.date} {figure(latest.figure, lang)} ({share(latest.share)}{inferred})"
    return (
        printed(target.indicator(lang), lang),
        figure(target, lang),
        printed(deadline(target, lang), lang),
        target.clause,
        _names(lead, lang) or unknown,
        _few(others, lang) or ("文件未列" if zh else "none named"),
        printed(reported, lang),
    )


def _few(bodies: tuple[Body, ...], lang: str) -> str:
    """Name up to two bodies and count the rest, so that a row stays readable."""
    shown = _names(bodies[:2], lang)
    more = len(bodies) - 2
    if more <= 0:
        return shown
    return f"{shown}等{len(bodies)}家" if lang == "zh" else f"{shown} and {more} more"


def _names(bodies: tuple[Body, ...], lang: str) -> str:
    return ("、" if lang == "zh" else ", ").join(body.name(lang) for body in bodies)
