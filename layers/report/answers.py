"""The table of who answers for how much, in words: its headings, whose figures stand in a row, and its notes."""

from __future__ import annotations

from layers import demand_words, reported, why
from layers.punctuation import printed
from layers.report import breakdown, wording
from layers.report.breakdown import BASES, Breakdown, Row, Year
from layers.report.spec import Section, Table
from layers.style import number
from layers.words import figure, rate
from plans.model import Body, Plan, Target
from plans.vocabulary import label
from scenarios import words as key_words
from scenarios.model import Allocation


def section(
    allocation: Allocation, plan: Plan | None, target: Target | None, table: Breakdown, lang: str
) -> Section:
    zh = lang == "zh"
    name = target.indicator(lang) if target else allocation.scenario.title(lang)
    return Section(
        heading="三、责任分解表" if zh else "3. Who answers for how much",
        paragraphs=(
            printed(f"指标:{name}" if zh else f"Indicator: {name}", lang),
            printed(_counted(allocation, target, lang), lang),
        ),
        table=_table(allocation, table, target, lang),
        small=tuple(printed(t, lang) for t in _table_notes(allocation, plan, table, lang)),
    )


def _counted(allocation: Allocation, target: Target | None, lang: str) -> str:
    """Say what the numbers of the table count: an indicator may be a percentage, and they are not."""
    zh, profile = lang == "zh", allocation.profile
    unit = why.unit_word(allocation, lang)
    if target is None or target.unit == "count":
        if zh:
            return f"表中数量:{profile.title_zh},单位:{unit}。" if profile else f"表中数量单位:{unit}。"
        return f"The numbers in the table are {unit}."
    what = f"{profile.title_zh},单位:{unit}" if profile and zh else unit
    if zh:
        return f"指标为{figure(target, lang)};表中不是指标的数值,而是本情景测算的数量:{what}。"
    return (
        f"The indicator is {figure(target, lang)}; the numbers in the table are not it but computed {what}."
    )


def _table(allocation: Allocation, table: Breakdown, target: Target | None, lang: str) -> Table:
    zh = lang == "zh"
    heads = (
        ["区(考核单元)", "基线", *_year_heads(allocation, table, target, lang), "每万人", "牵头单位",
         "其他责任单位", "来源", "性质"]
        if zh
        else ["District", "Baseline", *_year_heads(allocation, table, target, lang), "Per 10,000",
              "Lead body", "Other bodies", "Source", "Basis"]
    )  # fmt: skip
    n = 2 * len(table.total.years)
    rows = [
        _row(row, table, target, allocation.scenario.distributes, lang) for row in (*table.rows, table.total)
    ]
    widths = (2.0, 1.3, *([1.3] * n), 1.2, 1.4, 2.2, 1.4, 2.0)
    numeric = frozenset(range(1, n + 3))
    return Table(tuple(printed(h, lang) for h in heads), tuple(rows), widths, numeric, summed=True)


def _row(row: Row, table: Breakdown, target: Target | None, distributes: str, lang: str) -> tuple[str, ...]:
    zh = lang == "zh"
    whole = row.adcode == ""
    unknown = wording.UNKNOWN[not zh]
    steps = [text for step in row.years for text in _step(step, unknown)]
    source = "本测算" if zh else "this run"
    if row.basis in {breakdown.SET, breakdown.AGREED}:
        source = "情景" if zh else "scenario"
    if target and (row.decreed is not None or (whole and row.basis == breakdown.DECREED)):
        source = target.clause if row.decreed is None else f"{target.clause}:{number(row.decreed, lang)}"
    if target and whole and row.basis == breakdown.DECREED:
        stated = -1 if distributes == "stock" else -2
        steps[stated] = _qualified(steps[stated], target, lang)
    return (
        row.name_zh if zh else row.name_en,
        _count(row.baseline, unknown),
        *steps,
        unknown if row.population is None else rate(row.per_10k, lang),
        _names(table.lead, lang) if table.lead else unknown,
        _others(row, table, lang),
        source,
        printed(_nature(row, table, distributes, lang), lang),
    )


def _qualified(text: str, target: Target, lang: str) -> str:
    """Return a figure of the document with the words that it has there: about, at least, aspires to."""
    found = ["aspirational"] if target.aspirational or target.qualifier == "aspirational" else []
    found += [target.qualifier] if target.qualifier not in {"exact", "aspirational"} else []
    words = [label("qualifier", name, lang) for name in found]
    return ("" if lang == "zh" else " ").join([*words, text])


def _nature(row: Row, table: Breakdown, distributes: str, lang: str) -> str:
    """Return whose figures a row holds: where they are not all of one kind, each by its column."""
    zh = lang == "zh"
    basis = BASES[row.basis][not zh]
    new, total = ("新增", "累计") if zh else ("new", "total")
    stated, derived = (total, new) if distributes == "stock" else (new, total)
    said = []
    if len(row.years) > 1 and row.basis == breakdown.DECREED:
        said.append("各期:情景设定" if zh else "milestones: set in the scenario")
    if row.baseline is not None and row.basis != breakdown.COMPUTED:
        kind = (
            ("既有清单" if zh else "list of existing units")
            if table.listed
            else ("已报数" if zh else "reported")
        )
        inferred = ("(口径一致为推定)" if zh else " (counting rule inferred)") if table.inferred else ""
        said.append(f"基线:{kind}{inferred}" if zh else f"baseline: {kind}{inferred}")
        said.append(f"{derived}:推算" if zh else f"{derived}: derived from both")
    if not said:
        return basis
    return (";" if zh else "; ").join([f"{stated}:{basis}" if zh else f"{stated}: {basis}", *said])


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
    elif plan is not None and not table.elsewhere:
        notes.append(
            "文件未写明本指标的责任单位。"
            if zh
            else "The document names no body that answers for this target."
        )
    return [*notes, *_baseline_notes(table, lang), *_unit_notes(allocation, table, lang)]


def _baseline_notes(table: Breakdown, lang: str) -> list[str]:
    """Say where the baseline is from, and what does not follow from it."""
    zh = lang == "zh"
    if table.listed:
        return [
            f"基线为本情景所给的既有设施清单(共{table.total.baseline or 0:,}),不是已报数。"
            if zh
            else f"The baseline is the scenario's own list of existing units ({table.total.baseline or 0:,} in all), "
            "not a reported figure."
        ]
    if table.baseline is not None:
        item = table.baseline.figure
        note = (
            f"合计行的基线为{item.date}已报数({reported.source(item)});各区基线未知,因此各区新增未知。未知不等于零。"
            if zh
            else f"The total's baseline is the figure reported for {item.date} ({reported.source(item)}); districts' "
            "baselines are unknown and so are their new units. Unknown is not zero."
        )
        if table.inferred:
            note += (
                "已报数与指标口径一致为推定,由此推算的数随之不确定,文件没有载明。"
                if zh
                else " That the reported figure and the target follow one counting rule is inferred; what is derived "
                "from both is as unsure, and the document does not state it."
            )
        return [note]
    if any(row.baseline is None for row in table.rows):
        return [
            "基线未知,由此得不到的数也写未知。未知不等于零。"
            if zh
            else "The baseline is unknown, and so is what would follow from it. Unknown is not zero."
        ]
    return []


def _unit_notes(allocation: Allocation, table: Breakdown, lang: str) -> list[str]:
    """Say what a rate is of, and what is not known of a unit without a boundary."""
    zh, notes = lang == "zh", []
    if allocation.unplaced:
        names = ("、" if zh else ", ").join(
            (row.name_zh if zh else row.name_en) for row in table.rows if row.population is None
        )
        notes.append(
            f"{names}没有边界,其{allocation.unplaced:,}个只有配额,不落网格:各网格合计{allocation.allocated:,},"
            f"比{allocation.amount:,}少{allocation.unplaced:,};其人口与需求未知,土地与人口含在所在各区之内。"
            if zh
            else f"{names} has no boundary; its {allocation.unplaced:,} are a quota that no cell holds: the cells sum "
            f"to {allocation.allocated:,}, {allocation.unplaced:,} less than {allocation.amount:,}. Its people and "
            "demand are unknown; its land and people count in the districts where they lie."
        )
    own = demand_words.is_own(allocation.scenario)
    if zh:
        people = "自备数据的人口" if own else "2020年普查常住人口"
        notes.append(f"每万人 = 本情景测算数量 ÷ {people}(万人)。性质“测算分配”不是下达指标。")
    else:
        people = "people of one's own data" if own else "residents of the 2020 census"
        notes.append(
            f"Per 10,000: this scenario's units over {people}. A computed allocation is no decreed target."
        )
    return notes


def elsewhere(allocation: Allocation, target: Target, table: Breakdown, lang: str) -> str:
    """Warn of a promise that was made for another region than the one of the scenario; empty where it is the same."""
    if not table.elsewhere:
        return ""
    theirs, ours = (key_words.part(code, lang) for code in (target.region_adcode, allocation.scenario.region))
    bodies = table.lead or table.others or any(row.bodies for row in table.rows)
    if lang == "zh":
        without = "基线和文件指标" if bodies else "基线、责任单位和文件指标"
        return f"注意:该指标是对{theirs}的承诺,本情景的区域是{ours},文件没有对{ours}作出此承诺;表中不列其{without}。"
    without = "baseline and figures" if bodies else "baseline, responsible bodies and figures"
    return (
        f"Note: this target is a promise for {theirs}, the scenario's region is {ours}, for which the document "
        f"promises no such thing; the table leaves out its {without}."
    )


def _step(step: Year, unknown: str) -> tuple[str, str]:
    return _count(step.new, unknown), _count(step.cumulative, unknown)


def _count(value: int | None, unknown: str) -> str:
    return unknown if value is None else f"{value:,}"


def _year_heads(allocation: Allocation, table: Breakdown, target: Target | None, lang: str) -> list[str]:
    """Return the headings of new and of all units for each year's end: what is new was built over the years before."""
    zh, heads = lang == "zh", []
    inferred = not allocation.phases and target is not None and target.deadline_basis == "inferred"
    for i, step in enumerate(table.total.years):
        year = (
            ("期末" if zh else "the end") if step.year is None else f"{step.year}年" if zh else str(step.year)
        )
        if inferred and step.year is not None:
            year += "(推定)" if zh else " (inferred)"
        if zh:
            heads += [f"{'此后' if i else ''}至{year}新增", f"至{year}累计"]
        else:
            heads += [f"{'Then new' if i else 'New'} by {year}", f"Total by {year}"]
    return heads


def _names(bodies: tuple[Body, ...], lang: str) -> str:
    return ("、" if lang == "zh" else ", ").join(body.name(lang) for body in bodies)
