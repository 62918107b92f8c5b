"""The words of the form of a scenario; those for keys and parameters are ``scenarios.words``, which messages use too.

``<key>`` is a label, ``<key>.help`` the line under it, ``<key>=<option>`` an option; a test holds every key of
``schemas/scenario.schema.json`` and of ``data/facilities/`` to have its words here.
"""

from scenarios.words import NAMES

TEXT = NAMES | {
    "group.promise": ("一、分配什么", "1. What is distributed"),
    "group.place": ("二、区域与人口", "2. Region and people"),
    "group.facility": ("三、设施与服务半径", "3. Facility and its reach"),
    "group.given": ("四、既有、候选与必保", "4. What stands, where to build, what to reach"),
    "group.quotas": ("五、分区配额", "5. District quotas"),
    "group.coverage": ("六、覆盖目标与底线", "6. Coverage goal and floors"),
    "group.phases": ("七、分期与网格规则", "7. Phases and cell rules"),
    "group.run": ("八、计算", "8. Computation"),
    "group.words": ("九、名称与说明", "9. Name and assumptions"),
    "group.other": ("其他", "Other"),
    "unset": ("(默认)", "(default)"),
    "none": ("(不引用)", "(none)"),
    "none_chosen": ("(无)", "(none)"),
    "target.help": (
        "文件中的指标;数量默认取其数值。",
        "A target of a plan; its figure is the default amount.",
    ),
    "distributes.help": ("期末总量、新增量或年均折算,将写入标题与成果。", "Stands in every title and file."),
    "amount.help": (
        "留空则取目标数值。合计将与此数完全一致。",
        "Empty: the target's figure. The cells sum to it exactly.",
    ),
    "region.help": ("行政区划代码。", "Administrative code."),
    "resolution=7": ("7 级,约 5 平方公里", "7, about 5 km² a cell"),
    "resolution=8": ("8 级,约 0.7 平方公里", "8, about 0.7 km² a cell"),
    "resolution=9": ("9 级,约 0.1 平方公里", "9, about 0.1 km² a cell"),
    "resolution=10": ("10 级,约 0.015 平方公里", "10, about 0.015 km² a cell"),
    "resolution.help": ("网格越细,计算越久;9 级适合全市。", "The finer, the longer a run; 9 suits a city."),
    "population.help": (
        "网格人口为模型推算或自备;自备数据在“数据 › 上传数据”中上传。",
        "Modelled by cell, or your own: upload it under Data › Upload.",
    ),
    "assessment_units.help": (
        "按统计单元时,功能区(如徐州经开区)单列配额。",
        "By census unit, functional zones get their own quota.",
    ),
    "facility.profile.help": (
        "不选则只按需求比例分配,不计算覆盖。",
        "Without one, units are shared out by demand and nothing is covered.",
    ),
    "demand.help": ("各需求按权重混合。", "Demands are mixed by weight."),
    "quotas.method.help": (
        "最大余额法最常用;各法合计均完全一致。",
        "Largest remainder is the common one; all sum exactly.",
    ),
    "quotas.fixed.help": (
        "已商定的区填数量(可从 Excel 粘贴),留空由权重测算。",
        "Fill in what is agreed (paste from Excel); empty ones are computed by weight.",
    ),
    "quotas.file.help": (
        "仅用于与数据同目录的情景文件;此处请直接填写商定配额。",
        "For scenario files beside their data; here fill in the agreed quotas.",
    ),
    "quotas.unplaced.help": ("计入合计,不落到网格。", "In the sum, in no cell."),
    "quotas.fairness.help": (
        "0 按权重;100 各单元每平方公里建成用地(模型)数量相同。",
        "0: by the weights; 100: equal units per km² of built-up land (modelled).",
    ),
    "quotas.floors.help": (
        "每个考核单元至少;个别单元的下限填在右侧分区表。",
        "At least this in each unit; for one unit alone, use the district table.",
    ),
    "quotas.caps.help": (
        "每个考核单元至多;个别单元的上限填在右侧分区表。",
        "At most this in each unit; for one unit alone, use the district table.",
    ),
    "existing.help": (
        "未知不等于没有;清单在“数据 › 上传数据”中上传为“既有设施”。",
        "Unknown is not none; upload a list as existing units under Data › Upload.",
    ),
    "candidates.help": (
        "只在候选站址中选,或避开限制范围(红线、农田、水源、净空等)。",
        "Build only at candidate sites, or keep out of limits (redlines, farmland, water sources, clearance).",
    ),
    "must_cover.help": ("先保证这些场所在服务半径内。", "These get a site within reach first."),
    "coverage.goal.help": ("达到后停止为覆盖布点,其余用于容量。", "Once met, the rest goes to capacity."),
    "coverage.floor.help": (
        "每个考核单元至少达到;达不到时会说明最接近的可行值。",
        "At least this in each unit; an impossible floor is told with the nearest feasible figure.",
    ),
    "coverage.area.help": (
        "文件未界定“重点区域”,此为可编辑的假定。",
        "The documents do not define 重点区域; this is an editable assumption.",
    ),
    "coverage.area=built_up": ("建成区(模型)", "built-up land (modelled)"),
    "objective.help": (
        "给定数量覆盖最多需求,或达到覆盖目标所需最少单位。",
        "Reach the most demand with the amount, or the fewest units that reach the goal.",
    ),
    "effort.help": ("力度以迭代次数计,结果可复现。", "Counted in iterations, so results repeat."),
    "mix.demand": ("需求", "Demand"),
    "mix.weight": ("权重", "Weight"),
    "unit.share": ("比例", "share"),
    "unit.metres": ("米", "m"),
    "unit.ratio": ("比值", "ratio"),
    "unit.kW": ("千瓦", "kW"),
    "unit.networks": ("张", "networks"),
    "unit.operators": ("家", "operators"),
    "unit.stations per cell": ("座/网格", "stations a cell"),
    "unit.piles per station": ("桩/站", "piles a station"),
    "unit.connectors per pile": ("枪/桩", "connectors a pile"),
    "unit.weight per place": ("权重/处", "weight a place"),
    "unit.people per km²": ("人/平方公里", "people/km²"),
    "unit.km per km²": ("公里/平方公里", "km/km²"),
    "unit.": ("", ""),
    "status.confirmed": ("已核实", "confirmed"),
    "status.derived": ("推算", "derived"),
    "status.unverified": ("未核实", "unverified"),
    "status.assumption": ("假定", "assumed"),
}
