"""The hindcast against naive rules, as it is printed."""

from collections.abc import Iterator

import pandas as pd

MEASURES = {
    "urban_share": "常住人口城镇化率，百分点 Urban share of residents, points",
    "residents": "常住人口，% Residents, %",
    "children_share": "0—14岁占比，百分点 Aged under 15, points",
    "old_share": "65岁及以上占比，百分点 Aged 65 and over, points",
    "absent_share": "外出占户籍人口比重，百分点 Absent of registered people, points",
}
RULES = {
    "model": "模型 Model", "no_change": "不变 No change", "uniform": "统一变化 Uniform change",
    "logit": "统一优势比（偏离份额） Uniform odds (shift-share)", "logistic": "逻辑斯蒂曲线 Logistic curve",
    "cohorts": "分年龄队列 Age cohorts", "regression": "对2010年水平回归 Regression on 2010",
    "ridge": "对2010年全部指标岭回归 Ridge on all of 2010",
}  # fmt: skip
COUNTIES = {"all": "全部 All", "fitted": "拟合 Fitted", "held_out": "留出 Held out"}


def printed(scores: pd.DataFrame) -> Iterator[tuple[list[str], list[list[str]]]]:
    """Yield heads and rows of a table of mean absolute errors for each measure, the model first."""
    for measure, part in scores.groupby("measure", sort=False):
        cells = part.set_index(["rule", "counties"])
        rows = [[RULES[rule], *(f"{cells.loc[(rule, counties), 'mae']:.2f}" for counties in COUNTIES)]
                for rule in part["rule"].drop_duplicates()]  # fmt: skip
        covered = [f"{100 * cells.loc[('model', counties), 'coverage']:.0f} %" for counties in COUNTIES]
        rows.append(["模型80%区间覆盖率 Inside the model's 80 % band", *covered])
        yield [f"平均绝对误差 Mean absolute error: {MEASURES[str(measure)]}", *COUNTIES.values()], rows
