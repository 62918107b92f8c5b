"""Words of the page about the product."""

# ruff: noqa: E501 - sentences stay whole

TEXT = {
    "version": (
        "版本 {version} · 引擎 {engine} · 文件格式 {format}",
        "Version {version} · engine {engine} · file format {format}",
    ),
    "what": ("这是什么", "What this is"),
    "what_text": (
        "规划文件承诺了基础设施(例如广州:到2022年累计建成38,900个5G基站)。本系统把每一条承诺连同出处保存下来,放到图上,"
        "测算整数单位可以落在哪里,并把成果交给各委办局的地理信息系统。",
        "Policy documents promise infrastructure (Guangzhou: 38,900 5G base stations in all by 2022). This keeps every promise with its "
        "source, puts it on the map, works out where whole units could go, and hands the result to the bureaus' GIS.",
    ),
    "method": ("方法一页", "The method on a page"),
    "method_text": (
        "1. 承诺:每个数字都有文件、条款、原文短语与字符位置;未知就是未知,不当作零。\n"
        "2. 人口:2020年普查分区数由模型推算到 H3 网格,区级合计与普查完全一致。\n"
        "3. 配额:按写明的权重以最大余额法(或其他写明的方法)分到区县,合计完全一致;文件没有给出分区数时,这是测算分配,不是下达指标。\n"
        "4. 选址:在服务半径内覆盖最多的人(最大覆盖问题),配额与底线为约束;以拉格朗日上界说明离最优还差多少。\n"
        "5. 容量:其余单位放到每单位负荷最高处。\n"
        "6. 取整:整数凑整,网格、区县、全市三级合计完全一致。\n"
        "7. 不确定性:用实测人口误差和半径扰动重算,给出覆盖比例的区间。",
        "1. Promises: each figure has a document, a clause, the phrase and its place in the text; unknown is not zero.\n"
        "2. People: the 2020 census by district, modelled onto H3 cells; district sums equal the census exactly.\n"
        "3. Quotas: shared out by stated weights with largest remainder (or another named method), exact; where the document "
        "gives none this is a computed allocation, not a decreed target.\n"
        "4. Siting: as many people within reach as possible (maximal covering) under quotas and floors; a Lagrangian bound "
        "says how far from the best possible.\n"
        "5. Capacity: the rest goes where load per unit is highest.\n"
        "6. Rounding: whole numbers; cells, districts and city sum exactly.\n"
        "7. Uncertainty: re-runs on perturbed people and radii give a range of coverage.",
    ),
    "limits": ("局限", "Limits"),
    "limits_text": (
        "· 网格人口为模型推算,不是统计数据。\n· 服务半径、站间距等设施参数多为文献值或假定,逐项标注可信度,可以修改。\n"
        "· 多数项目在文件中没有位置:不编造点位,列入清单。\n· 边界与水系仅供看图定位,不作测量依据。\n"
        "· 完成率只在统计口径一致时计算。\n· 证书只对模型成立,不等于现实中的最优。",
        "· People by cell are modelled, not counted.\n· Radii, distances and other parameters are mostly from literature or "
        "assumed; each says how sure it is and can be changed.\n· Most projects have no place in their document: no point "
        "is made up, they are listed.\n· Boundaries and water are for the eye, not for measuring.\n· Attainment is computed "
        "only where counting rules match.\n· A certificate speaks of the model, not of the world.",
    ),
    "offline": ("网络", "Network"),
    "offline_text": (
        "默认底图下,浏览器只与本机通信,不向任何外部地址发出请求;只有您选择在线底图时才请求瓦片。",
        "With the default basemap the browser speaks to this machine only; tiles are asked for only when you choose them.",
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
