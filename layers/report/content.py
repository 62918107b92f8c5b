"""A scenario's report: the promise and its clause, the map, who answers for how much, how far it can be trusted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from layers import command_line, demand_words, reported, why
from layers.imprint import Imprint
from layers.mapped import Mapped
from layers.punctuation import printed
from layers.report import answers, breakdown, picture, wording
from layers.report.breakdown import Breakdown
from layers.report.spec import Report, Section
from layers.stated import Stated, plain
from layers.words import deadline, figure, rate, share
from plans import progress
from plans.model import Plan, Target
from scenarios import load
from scenarios.model import DISTRIBUTES, Allocation


def of_scenario(
    allocation: Allocation,
    plan: Plan | None,
    mapped: Mapped,
    imprint: Imprint,
    lang: str = "zh",
    uncertainty: Mapping[str, Any] | None = None,
    stated: Stated | None = None,
) -> Report:
    """Return the report of a scenario's result.

    Parameters
    ----------
    plan : Plan or None
        The plan whose target the scenario distributes; None for a what-if without a promise, and the report says so.
    uncertainty : mapping, optional
        What :func:`scenarios.uncertainty.measure` returned; without it the report says that it was not measured.
    stated : Stated, optional
        What must be said of the scenario: how it was changed, what was brought, whose sentences it bears.
    """
    zh = lang == "zh"
    told = stated or plain(allocation.scenario)
    target = plan.target_by_id.get(str(allocation.target["id"])) if plan and allocation.target else None
    table = breakdown.of(allocation, plan)
    sections = [
        _promise(allocation, plan, target, table, told, lang),
        _map(allocation, mapped, told, lang),
        answers.section(allocation, plan, target, table, lang),
        _trust(allocation, uncertainty, lang),
        _assumptions(allocation, told, lang),
        _sources(allocation, plan, mapped, told, lang),
    ]
    return Report(
        lang=lang,
        title=printed(told.title(allocation.scenario, lang), lang),
        imprint=imprint,
        figures=_figures(allocation, table, lang),
        sections=tuple(s for s in sections if s),
        picture=picture.draw(mapped, imprint, lang),
        picture_alt=("测算分配图" if zh else "Map of the computed allocation"),
        footer=printed(
            f"{imprint.review(lang)} · {imprint.status_text(lang)} · "
            + ("各区数量为测算分配,不是下达指标" if zh else "district numbers are computed, not decreed"),
            lang,
        ),
    )


def _figures(allocation: Allocation, table: Breakdown, lang: str) -> tuple[tuple[str, str], ...]:
    zh = lang == "zh"
    words = DISTRIBUTES[allocation.scenario.distributes][not zh]
    unit = allocation.profile.unit_zh if allocation.profile and zh else ""
    total = f"{allocation.amount:,}{unit if len(unit) == 1 else ''}"
    per = table.total.per_10k
    own = demand_words.is_own(allocation.scenario)
    whose = ("自备数据" if own else "2020年普查") if zh else ("own data" if own else "2020 census")
    found = [
        (f"测算数量({words})" if zh else f"Units, computed ({words})", total),
        (f"每万人({whose})" if zh else f"Per 10,000 people ({whose})", rate(per, lang)),
    ]
    if allocation.coverage:
        name, how = demand_words.reached(allocation, lang), wording.modelled(allocation, lang)
        found.append((f"{name}覆盖率({how})" if zh else f"Share of {name} reached ({how})",
                      share(allocation.coverage["share"])))  # fmt: skip
    return tuple((printed(label, lang), text) for label, text in found)


def _amount(allocation: Allocation, lang: str) -> str:
    """Say what the scenario distributes, or, where the number is the answer, what it asks."""
    zh, document = lang == "zh", allocation.scenario.document
    words = DISTRIBUTES[allocation.scenario.distributes][not zh]
    basis = str(document.get(f"amount_basis_{lang}") or "")
    if document.get("objective") == "fewest_units":
        unit = why.unit_word(allocation, lang)
        return (
            f"本情景问的是达到目标最少需要多少{unit}({words}),答案为{allocation.amount:,}{unit}。"
            if zh
            else f"This scenario asks how few {unit} ({words}) reach the goal; the answer is {allocation.amount:,}."
        )
    if zh:
        return f"本情景分配的是{words}:{allocation.amount:,}。{basis}"
    what = (
        "units reckoned from a yearly figure"
        if allocation.scenario.distributes == "annual"
        else f"the {words}"
    )
    what = words if allocation.scenario.distributes == "increment" else what
    return f"This scenario distributes {what}: {allocation.amount:,}. {basis}".rstrip()


def _promise(
    allocation: Allocation,
    plan: Plan | None,
    target: Target | None,
    table: Breakdown,
    told: Stated,
    lang: str,
) -> Section:
    zh = lang == "zh"
    heading = "一、承诺" if zh else "1. The promise"
    changed = [told.changes.sentence(lang)] if told.changes else []
    amount = _amount(allocation, lang)
    if plan is None or target is None:
        none = (
            "本情景没有对应的规划指标,是假设情景,不是任何文件的承诺。"
            if zh
            else "No plan's target stands behind this scenario: it is a what-if and nobody's promise."
        )
        return Section(heading, paragraphs=tuple(printed(t, lang) for t in (*changed, none, amount)))
    stated = (
        f"{target.indicator(lang)}:{figure(target, lang)},期限{deadline(target, lang)}。"
        if zh
        else f"{target.indicator(lang)}: {figure(target, lang)}, by {deadline(target, lang)}."
    )
    return Section(
        heading,
        quote=target.quote,
        quote_source=_clause(plan, target, lang),
        paragraphs=tuple(
            printed(t, lang)
            for t in (
                *changed,
                answers.elsewhere(allocation, target, table, lang),
                stated,
                amount,
                _reported(plan, target, lang),
            )
            if t
        ),
    )


def _clause(plan: Plan, target: Target, lang: str) -> str:
    clause = plan.clause_by_path.get(target.clause)
    title = (clause.title_zh if lang == "zh" else clause.title_en) if clause else ""
    said = f"{plan.reference} {target.clause}" if lang == "zh" else f"{plan.title_en}, clause {target.clause}"
    return f"{said} {title}".strip()


def _reported(plan: Plan, target: Target, lang: str) -> str:
    """Say how far the promise has come by the latest figure that may be compared, and else why none may."""
    zh = lang == "zh"
    found = next((p for p in progress.progress(plan) if p.target.id == target.id), None)
    if found is None:
        return ""
    latest = found.latest
    if latest is None:
        why = found.why(lang)
        return f"已报进展:未知({why})。" if zh else f"Reported so far: unknown ({why})."
    tail = (
        ("(口径一致为推定)" if zh else " (that the counting rules agree is inferred)")
        if found.inferred
        else ""
    )
    said = figure(latest.figure, lang)
    if zh:
        return (
            f"已报进展:{latest.figure.date} {said},为指标的{share(latest.share)}{tail};"
            f"来源:{reported.source(latest.figure)}。"
        )
    return (
        f"Reported so far: {said} in {latest.figure.date}, {share(latest.share)} of the target{tail}; "
        f"source: {reported.source(latest.figure)}."
    )


def _map(allocation: Allocation, mapped: Mapped, told: Stated, lang: str) -> Section:
    heading = "二、布局" if lang == "zh" else "2. The map"
    reached = wording.coverage(allocation, lang)
    # what was changed and brought stands in sections of its own
    notes = [text for text in mapped.notices(lang) if text not in told.told(lang)]
    return Section(
        heading,
        paragraphs=(printed(reached, lang),) if reached else (),
        with_picture=True,
        small=tuple(printed(t, lang) for t in notes),
    )


def _trust(allocation: Allocation, measured: Mapping[str, Any] | None, lang: str) -> Section:
    texts = [*wording.certificate(allocation, lang), *wording.uncertainty(allocation, measured, lang)]
    more = wording.parameters(allocation, lang)
    return Section(
        heading="四、结论有多可靠" if lang == "zh" else "4. How far this can be trusted",
        items=tuple(printed(t, lang) for t in (*texts, more) if t),
    )


def _assumptions(allocation: Allocation, told: Stated, lang: str) -> Section:
    given = [text for _, text in told.assumptions(lang)]
    none = "情景未列出假设。" if lang == "zh" else "The scenario lists no assumptions."
    return Section(
        heading="五、假设" if lang == "zh" else "5. Assumptions",
        items=tuple(printed(t, lang) for t in given) or (none,),
        small=_brought(told, lang),
    )


def _brought(told: Stated, lang: str) -> tuple[str, ...]:
    """Return what was brought with the scenario, a line each, under a line that says what it is."""
    head = "自有数据(随情景提供):" if lang == "zh" else "Own data, brought with the scenario:"
    lines = [item.whole(lang) for item in told.given]
    return (printed(head, lang), *lines) if lines else ()


def _sources(allocation: Allocation, plan: Plan | None, mapped: Mapped, told: Stated, lang: str) -> Section:
    zh = lang == "zh"
    items = []
    if plan is not None:
        items.append(document(plan, lang))
    items.append((";" if zh else "; ").join(mapped.attributions))
    small = (
        f"情景 {allocation.scenario.id};输入指纹 {allocation.fingerprint};结果指纹 {allocation.result_hash}。"
        if zh
        else f"Scenario {allocation.scenario.id}; fingerprint of the inputs {allocation.fingerprint}; of the result "
        f"{allocation.result_hash}. "
    )
    small += _again(allocation, told, lang)
    return Section(
        heading="六、来源" if zh else "6. Sources",
        items=tuple(printed(t, lang) for t in items),
        small=(printed(small, lang),),
    )


def _again(allocation: Allocation, told: Stated, lang: str) -> str:
    """Return the command that makes the report again; a planner's own or changed scenario is run from its file."""
    name, stem, zh = allocation.scenario.id, told.stem(allocation), lang == "zh"
    own = told.changes is not None or name not in load.available()
    source = f"{stem}.yaml" if own else name
    command = f"{command_line.UNIX} report {source} --lang {lang} --out {stem}-report.html"
    if zh:
        file = f";{source} 须先从情景页“成果下载”取得,放入该文件夹" if own else ""
        return f"同样的输入得到同样的结果。{command_line.FOLDER[0]}{file}:{command}"
    file = f", with {source} from the scenario's tab Files put there" if own else ""
    return f"The same inputs give the same result. Run {command_line.FOLDER[1]}{file}: {command}"


def document(plan: Plan, lang: str) -> str:
    """Return the document as a source: title, issuer, number, date; what it does not state is said to be unknown."""
    zh = lang == "zh"
    unknown = wording.UNKNOWN[not zh]
    issuer = (plan.issuer_zh if zh else plan.issuer_en) or unknown
    number_, day = plan.document_number or unknown, plan.issue_date or unknown
    if zh:
        said = f"《{plan.title_zh}》,发文机关:{issuer},文号:{number_},日期:{day}"
    else:
        said = f"{plan.title_en}; issuer: {issuer}; number: {number_}; date: {day}"
    note = plan.title_note_zh if zh else plan.title_note_en
    return f"{said}。{note or ''}" if zh else f"{said}. {note or ''}".rstrip()
