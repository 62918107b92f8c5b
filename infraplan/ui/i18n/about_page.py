"""Words of the page about the product."""

# ruff: noqa: E501 - sentences stay whole

TEXT = {
    "version": (
        "软件版本 {version} · 测算引擎版本 {engine} · 文件格式版本 {format}",
        "Version {version} · engine of the computations {engine} · file format {format}",
    ),
    "what": ("这是什么", "What this is"),
    "what_text": (
        "规划文件承诺了基础设施(例如广州:到2022年累计建成38,900个5G基站)。本系统把文件中的承诺连同出处整理保存,放到图上,"
        "测算设施可以布置在哪里(以整座、整台计),成果可导入各委办局的地理信息系统。",
        "Policy documents promise infrastructure (Guangzhou: 38,900 5G base stations in all by 2022). This keeps their promises with "
        "their sources, puts them on the map, works out where the facilities could go, in whole units, and hands the result to the "
        "bureaus' GIS.",
    ),
    "method": ("方法一页", "The method on a page"),
    "method_text": (
        "1. 承诺:每个数字都有文件、条款、原文短语与字符位置;未知就是未知,不当作零。\n"
        "2. 人口:2020年普查的各区县人口由模型推算到六边形网格(H3,一般为第9级,每格约0.1平方公里),区县合计与普查完全一致。\n"
        "3. 配额:按写明的权重以最大余额法(或其他写明的方法)分到区县,合计完全一致;文件没有给出分区数时,这是测算分配,不是下达指标。\n"
        "4. 选址:以配额与底线为约束,使服务半径内的人口最多(最大覆盖问题),并给出与理论最优值至多相差多少。\n"
        "5. 容量:其余设施放到平均每个设施负荷最高处。\n"
        "6. 取整:结果都是整数,网格、区县、全域三级合计完全一致。\n"
        "7. 不确定性:按检验得到的人口误差改动人口,并把距离乘以0.8至1.2的系数,重算多次,给出覆盖比例的区间。",
        "1. Promises: each figure has a document, a clause, the phrase and its place in the text; unknown is not zero.\n"
        "2. People: the 2020 census by district, modelled onto hexagonal cells (H3, mostly of level 9, about 0.1 km² each); district "
        "sums equal the census exactly.\n"
        "3. Quotas: shared out by stated weights with largest remainder (or another named method), exact; where the document "
        "gives none this is a computed allocation, not a decreed target.\n"
        "4. Siting: as many people within reach as possible (maximal covering) under quotas and floors; it says how far from "
        "the best possible the result is at most.\n"
        "5. Capacity: the rest goes where load per unit is highest.\n"
        "6. Rounding: results are whole numbers; cells, districts and the whole area sum exactly.\n"
        "7. Uncertainty: re-runs with people changed by their tested error, and distances by 0.8 to 1.2, give a range of coverage.",
    ),
    "limits": ("局限", "Limits"),
    "limits_text": (
        "- 网格人口为模型推算,不是统计数据。\n- 服务半径、站间距等设施参数多为文献值或假定,逐项标注可信度,可以修改。\n"
        "- 多数项目在文件中没有位置:不编造点位,列入清单。\n- 边界与水系仅供看图定位,不作测量依据。\n"
        "- 完成率只在统计口径一致时计算;口径一致出于推断的,会注明。\n"
        "- 与最优值的差距只就模型而言,不等于现实中的差距。",
        "- People by cell are modelled, not counted.\n- Radii, distances and other parameters are mostly from literature or "
        "assumed; each says how sure it is and can be changed.\n- Most projects have no place in their document: no point "
        "is made up, they are listed.\n- Boundaries and water are for the eye, not for measuring.\n- Attainment is computed "
        "only where counting rules match; where that is inferred, it says so.\n- How far a result is from the best possible "
        "speaks of the model, not of the world.",
    ),
    "offline": ("网络", "Network"),
    "offline_text": (
        "默认底图下,浏览器只与运行本系统的计算机通信,不向任何外部地址发出请求;只有选用在线底图时,才向该底图的网站请求地图图片。",
        "With the default basemap the browser speaks to the computer that runs this system only; pictures of a map are asked for "
        "from its website only when you choose an online basemap.",
    ),
    "attributions": ("署名", "Attributions"),
    "attributions_all": ("全部数据署名", "Everybody whose data is used"),
    "software": ("所用软件", "Software"),
    "name": ("名称", "Name"),
    "licence": ("许可", "Licence"),
    "no_licence": ("未载明", "not stated"),
    "version_short": ("版本", "Version"),
    "review": (
        "本系统地图为内部工作底图,未经审图,不得公开。",
        "The maps here are internal working maps, not reviewed, not for publication.",
    ),
}
