"""Texts of the figures of a sensitivity analysis, in both languages."""

from sim.report.words.bilingual import Words

MORRIS = Words(
    "哪些因素影响最大：初等效应的平均大小（横轴）与离散（纵轴）",
    "What moves the indicators most: mean size of elementary effects (across) and their spread (up)",
)
MORRIS_NOTE = Words(
    "横轴为因素走完全部取值范围时结果的平均变化幅度μ*，纵轴σ表示作用随其他因素变化或非线性的程度。空心灰点在随"
    "机噪声之内。",
    "Across: mean size of the change for the whole range of a factor, mu*; up: sigma, how far it depends on the "
    "other factors or is not linear. Hollow grey points are within the noise of seeds. ",
)
TORNADO = Words("各类县的{outcome}对什么最敏感", "{outcome}: what it answers to, by county type")
TORNADO_NOTE = Words(
    "条形为因素由下限到上限时结果的平均变化（{unit}），按全部县（市）排序；灰色空心条在随机噪声之内。",
    "Bars: mean change from the least to the greatest value of a factor ({unit}), in the order of all counties; "
    "hollow grey ones are within the noise of seeds. ",
)
RANKING = Words(
    "对全部结果的总体影响：前{count}个因素",
    "Influence on all outcomes together: the first {count} factors",
)
RANKING_NOTE = Words(
    "影响为在各结果μ*总和中所占份额的平均，%；线为95%区间（重抽样）。空心者并非在95%以上的重抽样中都居前十。设计"
    "的两半对{outcomes}项结果的排序相关系数中位数为{agreement}。",
    "Influence: mean share of the sum of mu* over {outcomes} outcomes, %; lines: 95 % intervals by resampling. "
    "Hollow: not among the first ten in 95 % of resamples. Two halves of the design agree with a median rank "
    "correlation of {agreement}. ",
)
SOBOL = Words(
    "结果的方差来自哪里：一阶与总Sobol指数",
    "Where the variance of outcomes comes from: first-order and total Sobol indices",
)
SOBOL_NOTE = Words(
    "圆点为总指数，竖线为一阶指数，横线为95%区间；灰带为随机噪声本身可达到的水平，区间伸入其中者画为空心灰点。",
    "Dots: total indices; upright marks: first-order ones; lines: 95 % intervals. The grey band is what noise "
    "alone gives; a dot whose interval reaches it is hollow and grey. ",
)
EMULATOR_NOTE = Words(
    "指数来自以{samples}个设计点拟合的代理模型（标题下为其在留出点上未能解释的方差份额）：圆点为总指数，竖线为一"
    "阶指数，横线为代理模型上抽样的95%区间；灰带为未能解释的份额，区间伸入其中者画为空心灰点。",
    "Indices of emulators fitted to {samples} points; under each title the share of variance they miss at points "
    "held out. Dots: total indices; upright marks: first-order ones; lines: 95 % intervals of sampling the "
    "emulator. The grey band is the share missed; a dot whose interval reaches it is hollow and grey. ",
)
ATTRIBUTION = Words("政策包的效果来自哪些措施", "Which measures the effect of the package comes from")
ATTRIBUTION_NOTE = Words(
    "圆点为Shapley值（按所有先后次序平均的增量，合计等于整包效果），横线为95%区间；三角为单独实施的效果，竖线为在"
    "其余全部措施之上的增量。空心灰点与零无法区分。{money}",
    "Dots: Shapley values (what a measure adds on the average of all orders; they sum to the package's effect), "
    "lines: 95 % intervals; triangles: the measure alone; upright marks: on top of all others. Hollow grey dots "
    "cannot be told from zero. {money}",
)
EQUAL = Words(
    "各项按相同计划成本（各项的中位数）缩放强度，足额仍不及者按足额。",
    "Doses are scaled to the same cost of the plan (the median), or to full dose where that costs less. ",
)
PLANNED = Words("各项按计划强度。", "Doses are those planned. ")
MISSED = Words("代理模型未解释{0}%，随机噪声{1}%", "emulator misses {0} %, noise of seeds {1} %")
NOISE = Words("随机噪声占方差{1}%", "{1} % of the variance is noise of seeds")
EFFECT = Words("整包效果{0}（{1}）", "effect of the package {0} ({1})")
MEASURES = Words(
    "{factors}项措施×{outcomes}项结果：什么推动什么",
    "{factors} measures by {outcomes} outcomes: what moves what",
)
UNKNOWNS = Words(
    "{factors}项不确定因素×{outcomes}项结果：什么影响什么",
    "{factors} unknowns by {outcomes} outcomes: what matters for what",
)
MEASURE_GROUPS = Words(
    "{factors}组措施×{outcomes}项结果：什么推动什么",
    "{factors} groups of measures by {outcomes} outcomes: what moves what",
)
UNKNOWN_GROUPS = Words(
    "{factors}组不确定因素×{outcomes}项结果：什么影响什么",
    "{factors} groups of unknowns by {outcomes} outcomes: what matters for what",
)
MU = Words(
    "数字为因素由下限到上限（措施由零到足额）时结果的平均变化：{units}。蓝为改善，棕为恶化，深浅按每列最大者；灰"
    "点在随机噪声之内。",
    "Numbers: mean change of the outcome from the least to the greatest value of a factor (for measures from "
    "none to full dose): {units}. Blue is better, brown worse, against the greatest of each column; grey dots "
    "are within the noise of seeds. ",
)
MU_STAR = Words(
    "数字为各组同时变动时结果变化的平均大小：{units}。深浅按每列最大者；灰点在随机噪声之内。",
    "Numbers: mean size of the change when a group moves together: {units}. Shades against the greatest of each "
    "column; grey dots are within the noise of seeds. ",
)
SHAPLEY = Words(
    "数字为措施在政策包中的Shapley值：{units}。蓝为改善，棕为恶化，深浅按每列最大者；灰点与零无法区分。",
    "Numbers: Shapley value of a measure in the package: {units}. Blue is better, brown worse, against the "
    "greatest of each column; grey dots cannot be told from zero. ",
)
ST = Words(
    "数字为总效应：结果方差中与该因素有关的百分比。深浅按每列最大者；灰点不超出随机噪声或代理模型的误差。",
    "Numbers: total index, the share of the outcome's variance in which a factor has a part, %. Shades against "
    "the greatest of each column; grey dots do not exceed the noise of seeds or the emulator's error. ",
)
LEAST_COST = Words("达到目标最省的措施组合", "The cheapest package on the way to the targets")
LEAST_COST_NOTE = Words(
    "左：最后一个组合中各措施的强度（0至1）与其支出，亿元，代理模型按逐项去除计算；强度不足0.01者不列。右：到目标的路"
    "程（各目标中走得最少者）与支出；线为代理模型所说，点为模型以{checks}个未用于搜索的种子所得，线段为95%区间。",
    "Left: doses (0 to 1) of the measures in the last package and what each costs, 100 million yuan, as the emulator "
    "says when it is left out; doses below 0.01 are not shown. Right: how much of the way to the targets is done "
    "(the least of them) and what it costs. Line: the emulator; dots: the model with {checks} seeds that the search "
    "never saw, with 95 % intervals. ",
)
DOSE, COSTS = Words("强度", "Dose"), Words("亿元", "100 m yuan")
WAY = Words("到目标的路程，%", "Done of the way to the targets, %")
SPENT = Words("措施支出，亿元（累计，当年价）", "Paid for measures, 100 million yuan (sum at current prices)")
DISCOVERY = Words("目标在哪里不能达到：PRIM框", "Where targets fail: boxes found by PRIM")
DISCOVERY_NOTE = Words(
    "左：框在各因素取值范围内的界限，无此因素者不受限；右：设计点在限制最强的两个因素上的位置，实心为目标未达到，"
    "空心为达到，方框为PRIM框（只有一个因素受限时纵轴为任一其他因素）。留出点为未参与寻找的五分之一设计点。",
    "Left: limits of the box within the range of each factor; others are not limited. Right: design points by the two "
    "factors with the narrowest limits; filled where the target fails, hollow where it holds; the frame is the box. "
    "Where only one factor is limited the other axis is any factor. Held out: a fifth of the points. ",
)
BOXED = Words(
    "{fails}%的设计点未达到；框内{density}%（留出点{held}%）未达到，含全部未达到者的{coverage}%（留出点{held_coverage}%）",
    "fails at {fails} % of the points; within the box at {density} % (held out: {held} %), which are {coverage} % "
    "(held out: {held_coverage} %) of all failures",
)
ANY = Words("任一目标", "Any of the targets")
ORDER = ("heat_measures", "heat_unknowns", "ranking", "tornado", "morris", "sobol", "attribution", "least_cost",
         "discovery")
"""Figures in the order of the report."""

READING = {
    "morris": Words(
        "每条轨迹由一个随机点出发，逐个移动因素；初等效应是移动前后结果之差，按走完全部取值范围折算。"
        "μ*是其大小的平均，σ是其离散，μ是带方向的平均。总体影响为各结果μ*份额的平均，不计随机噪声之内者；前十是重抽样中居前十的份额。",
        "Each trajectory starts at a random point and moves the factors one after another; an elementary effect is the "
        "change of the outcome, for the whole range of the factor. mu* is its mean size, sigma its spread, mu the mean "
        "with its direction. Influence is the mean share of mu* over the outcomes, without what is within the noise; "
        "first ten: the share of resamples in which a factor is among them.",
    ),
    "sobol": Words(
        "总指数是结果方差中与因素有关的份额（含与其他因素的共同作用），一阶指数是其单独的份额；区间由重抽样得到。",
        "The total index is the share of the outcome's variance in which a factor has a part, also together with "
        "others; the first-order one is its share alone. Intervals are by resampling.",
    ),
    "emulator": Words(
        "以拉丁超立方设计的运行拟合代理模型（高斯过程或梯度提升，取留出点上误差较小者），指数在代理模型上计算；"
        "它在留出点上未能解释的方差份额列在旁边，不超出该份额的指数不可信。",
        "Emulators (a Gaussian process or gradient boosting, whichever misses less) are fitted to runs of a Latin "
        "hypercube, and indices are those of the emulator. What it misses at points held out stands beside them; an "
        "index that does not exceed it is not to be trusted.",
    ),
    "attribution": Words(
        "单独：只实施这一项的效果；在其余之上：整包与去掉这一项之差；Shapley值：按所有先后次序平均的增量，合计等于整包效果。区间含随"
        "机种子与次序抽样的波动。",
        "Alone: the effect of the measure by itself; on top: what the package loses without it; Shapley value: what it "
        "adds on the average of all orders, which sum to the effect of the package. Intervals hold the chance of seeds "
        "and of drawn orders.",
    ),
    "least_cost": Words(
        "高斯过程由设计点（无措施、逐项、全部与拉丁超立方）学习各目标结果与支出，多起点序列二次规划求各段路程的最省组合；"
        "找到的组合由模型运行后再学习三轮，以新种子试行后按不足之处提高要求；最后以未用于搜索的新种子核验。支出为至末年实际支付的措施资金（省级保障资金到位）。搜索不保证全局最优。",
        "Gaussian processes learn the outcomes with targets and the money from the design: no measure, each alone, "
        "all, and a Latin hypercube. Sequential quadratic programming from several starts looks for the cheapest "
        "package for each part of the way; the model is run at what is found and the emulators learn from it, three "
        "times. It is tried with fresh seeds, the search aims higher by what it fell short, and at last seeds "
        "that were never seen check it. Money is what is paid for measures until the last "
        "year, which the province guarantees. There is no proof that nothing cheaper exists.",
    ),
    "discovery": Words(
        "PRIM逐步剥去设计点，留下目标未达到者密集的框，取涵盖与密度调和平均最大的一个，并去掉可能出于偶然的界限（准p值大于0.05）；"
        "CART给出至多三次划分的树中多数未达到的叶。五分之一的设计点不参与寻找，框在其上的涵盖与密度列在括号中。",
        "PRIM peels design points away until a box is left in which the target mostly fails; the box with the greatest "
        "harmonic mean of coverage and density is taken, and limits that may be chance (quasi p-value above 0.05) are "
        "dropped. CART gives the leaves of a tree of at most three questions in which most points fail. A fifth of the "
        "points takes no part; how the boxes do there stands in brackets.",
    ),
}
"""How to read the tables of each method."""
