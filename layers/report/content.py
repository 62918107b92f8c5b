"""A scenario's report: the promise and its clause, the map, who answers for how much, how far it can be trusted."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from layers import command_line, demand_words
from layers.imprint import Imprint
from layers.mapped import Mapped
from layers.punctuation import printed
from layers.report import breakdown, picture, wording
from layers.report.breakdown import BASES, Breakdown, Row, Year
from layers.report.spec import Report, Section, Table
from layers.stated import Stated, plain
from layers.style import number
from layers.words import deadline, figure, rate, share
from plans import progress
from plans.model import Body, Plan, Target
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
        _promise(allocation, plan, target, told, lang),
        _map(allocation, mapped, told, lang),
        _breakdown(allocation, plan, target, table, lang),
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
    found = [
        (f"测算数量({words})" if zh else f"Units, computed ({words})", total),
        ("每万人(2020年普查)" if zh else "Per 10,000 people (2020 census)", rate(per, lang)),
    ]
    if allocation.coverage:
        name = demand_words.noun(allocation.coverage, lang)
        found.append((f"{name}覆盖率(模型推算)" if zh else f"Share of {name} reached (modelled)",
                      share(allocation.coverage["share"])))  # fmt: skip
    return tuple((printed(label, lang), text) for label, text in found)


def _promise(
    allocation: Allocation, plan: Plan | None, target: Target | None, told: Stated, lang: str
) -> Section:
    zh = lang == "zh"
    heading = "一、承诺" if zh else "1. The promise"
    document = allocation.scenario.document
    words = DISTRIBUTES[allocation.scenario.distributes][not zh]
    basis = str(document.get(f"amount_basis_{lang}") or "")
    changed = [told.changes.sentence(lang)] if told.changes else []
    if document.get("objective") == "fewest_units":
        amount = (
            f"本情景问的是达到目标最少需要多少({words}),答案为{allocation.amount:,}。"
            if zh
            else f"This scenario asks how few units ({words}) reach the goal; the answer is {allocation.amount:,}."
        )
    else:
        amount = (
            f"本情景分配的是{words}:{allocation.amount:,}。{basis}"
            if zh
            else f"This scenario distributes the {words}: {allocation.amount:,}. {basis}".rstrip()
        )
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
            printed(t, lang) for t in (*changed, stated, amount, _reported(plan, target, lang)) if t
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
    # a rule that a reader inferred is said to be inferred
    inferred = found.basis is not None and target.counting_rule is None
    tail = ("(口径一致为推定)" if zh else " (that the counting rules agree is inferred)") if inferred else ""
    said = figure(latest.figure, lang)
    if zh:
        return (
            f"已报进展:{latest.figure.date} {said},为指标的{share(latest.share)}{tail};"
            f"来源:{_named(latest.figure.source)}。"
        )
    return (
        f"Reported so far: {said} in {latest.figure.date}, {share(latest.share)} of the target{tail}; "
        f"source: {_named(latest.figure.source)}."
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


def _breakdown(
    allocation: Allocation, plan: Plan | None, target: Target | None, table: Breakdown, lang: str
) -> Section:
    zh = lang == "zh"
    name = target.indicator(lang) if target else allocation.scenario.title(lang)
    return Section(
        heading="三、责任分解表" if zh else "3. Who answers for how much",
        paragraphs=(printed(f"指标:{name}" if zh else f"Indicator: {name}", lang),),
        table=_table(table, target, lang),
        small=tuple(printed(t, lang) for t in _table_notes(allocation, plan, table, lang)),
    )


def _table(table: Breakdown, target: Target | None, lang: str) -> Table:
    zh = lang == "zh"
    years = [step.year for step in table.total.years]
    words = [_year_words(y, lang) for y in years]
    heads = (
        ["区(考核单元)", "基线", *(h for w in words for h in (f"{w} 新增", f"{w} 累计")), "每万人", "牵头单位",
         "其他责任单位", "来源", "性质"]
        if zh
        else ["District", "Baseline", *(h for w in words for h in (f"New{w}", f"Total{w}")), "Per 10,000",
              "Lead body", "Other bodies", "Source", "Basis"]
    )  # fmt: skip
    n = 2 * len(years)
    rows = [_row(row, table, target, lang) for row in (*table.rows, table.total)]
    widths = (2.1, 1.3, *([1.3] * n), 1.2, 1.6, 2.4, 1.4, 1.5)
    numeric = frozenset(range(1, n + 3))
    return Table(tuple(printed(h, lang) for h in heads), tuple(rows), widths, numeric, summed=True)


def _row(row: Row, table: Breakdown, target: Target | None, lang: str) -> tuple[str, ...]:
    zh = lang == "zh"
    whole = row.adcode == ""
    unknown = wording.UNKNOWN[not zh]
    steps = [text for step in row.years for text in _step(step, unknown)]
    source = "本测算" if zh else "this run"
    if row.basis == breakdown.SET:
        source = "情景" if zh else "scenario"
    if target and (row.decreed is not None or (whole and row.basis == breakdown.DECREED)):
        source = target.clause if row.decreed is None else f"{target.clause}:{number(row.decreed, lang)}"
    basis = BASES[row.basis][not zh]
    return (
        row.name_zh if zh else row.name_en,
        _count(row.baseline, unknown),
        *steps,
        rate(row.per_10k, lang),
        _names(table.lead, lang) if table.lead else unknown,
        _others(row, table, lang),
        source,
        printed(basis, lang),
    )


def _others(row: Row, table: Breakdown, lang: str) -> str:
    zh = lang == "zh"
    if row.adcode == "":
        if not table.others:
            return wording.UNKNOWN[not zh]
        n = len(table.others)
        return printed(f"{n}家,见表注", lang) if zh else f"{n}, see below"
    return _names(row.bodies, lang) if row.bodies else ("文件未点名" if zh else "none named")


def _table_notes(allocation: Allocation, plan: Plan | None, table: Breakdown, lang: str) -> list[str]:
    zh = lang == "zh"
    notes = []
    if table.others:
        lead = _names(table.lead, lang) or (
            "文件未指明,留待确定" if zh else "not named in the document, to be decided"
        )
        others = _names(table.others, lang)
        notes.append(
            f"牵头单位:{lead}。全市(区)其他责任单位:{others}(均据条款原文)。"
            if zh
            else f"Lead: {lead}. Bodies answering for the region as a whole: {others} (as the clause has them)."
        )
    elif plan is not None:
        notes.append(
            "文件未写明本指标的责任单位。"
            if zh
            else "The document names no body that answers for this target."
        )
    if table.baseline is not None:
        item = table.baseline.figure
        notes.append(
            f"合计行的基线为{item.date}已报数({_named(item.source)});各区基线未知,因此各区新增未知。未知不等于零。"
            if zh
            else f"The total's baseline is the figure reported for {item.date} ({_named(item.source)}); districts' "
            "baselines are unknown and so are their new units. Unknown is not zero."
        )
    elif any(row.baseline is None for row in table.rows):
        notes.append(
            "基线未知,由此得不到的数也写未知。未知不等于零。"
            if zh
            else "The baseline is unknown, and so is what would follow from it. Unknown is not zero."
        )
    notes.append(
        "每万人 = 本情景测算数量 ÷ 2020年普查常住人口(万人)。性质“测算分配”不是下达指标。"
        if zh
        else "Per 10,000: this scenario's units over residents of the 2020 census. A computed allocation is no decreed "
        "target."
    )
    return notes


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


def _step(step: Year, unknown: str) -> tuple[str, str]:
    return _count(step.new, unknown), _count(step.cumulative, unknown)


def _count(value: int | None, unknown: str) -> str:
    return unknown if value is None else f"{value:,}"


def _year_words(year: int | None, lang: str) -> str:
    if year is None:
        return "期末" if lang == "zh" else " at the end"
    return f"{year}年" if lang == "zh" else f" {year}"


def _names(bodies: tuple[Body, ...], lang: str) -> str:
    return ("、" if lang == "zh" else ", ").join(body.name(lang) for body in bodies)


def _named(source: str) -> str:
    """Leave out the key that a source has in the product's own list."""
    return re.sub(r"\s*\[[\w-]+\]$", "", source)
