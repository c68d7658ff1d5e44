"""Words for the hindcast against naive rules."""

from sim.report.words.bilingual import Words

MEASURES = {
    "urban_share": Words("常住人口城镇化率，百分点", "Urban share of residents, points"),
    "residents": Words("常住人口，%", "Residents, %"),
    "children_share": Words("0—14岁占比，百分点", "Aged under 15, points"),
    "old_share": Words("65岁及以上占比，百分点", "Aged 65 and over, points"),
    "absent_share": Words("外出占户籍人口比重，百分点", "Absent of registered people, points"),
    "all": Words("各项落入80%区间的占比", "Values inside the 80% band, all measures"),
}
RULES = {
    "model": Words("模型", "Model"), "no_change": Words("不变", "No change"),
    "uniform": Words("统一变化", "Uniform change"),
    "logit": Words("优势比统一变化（偏离份额）", "Uniform odds (shift-share)"),
    "logistic": Words("逻辑斯蒂曲线", "Logistic curve"), "cohorts": Words("分年龄队列", "Age cohorts"),
    "regression": Words("对2010年水平回归", "Regression on 2010"),
    "ridge": Words("对2010年全部指标岭回归", "Ridge on all of 2010"),
}
COUNTIES = {"all": Words("全部", "all"), "fitted": Words("拟合", "fitted"), "held_out": Words("留出", "held out"),
            "in_turn": Words("轮流留出", "held out in turn")}
