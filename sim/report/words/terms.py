"""Terms that pages, figures and the page in the browser share: verdicts, grades of evidence, groups of measures."""

from sim.report.words.bilingual import Words

VERDICTS = {"met": "✓", "close": "≈", "missed": "×"}
"""Marks that go with the words of verdicts."""

MEASURE_GROUPS = {
    "industry": Words("产业支撑", "Industry"), "facilities": Words("市政设施", "Municipal facilities"),
    "services": Words("公共服务", "Public services"), "environment": Words("环境基础设施", "Environment"),
    "institutions": Words("体制机制", "Institutions"),
}

GRADES = {
    "sourced": Words("有出处", "sourced"), "derived": Words("推导", "derived"), "assumed": Words("假设", "assumed"),
    "calibrated": Words("校准", "calibrated"),
}

BASES = {
    "observed": Words("公布", "observed"), "own": Words("自有数据", "your own"),
    "scaled": Words("折算", "scaled"),
    "imputed_by_type": Words("推算", "imputed"), "assumed": Words("假设", "assumed"),
}
"""How values of single counties are known."""
