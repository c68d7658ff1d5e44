"""The workbook that a user fills in with figures of single counties: every figure of every county beside what is read
where nothing is given."""

from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from sim import baseline
from sim.baseline import Baseline, own
from sim.baseline.figures import UNDATED, Basis, latest
from sim.config import LAST_YEAR, Profile, Quantity, Stock
from sim.config.files import load_parameters, load_profiles, load_stocks
from sim.config.variables import Variable, variables
from sim.core import store

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

WIDTHS = {
    "county": 16, "adcode": 9, "figure": 44, "unit": 30, "current": 18, "basis": 18, "current_year": 13, "value": 20,
    "year": 11, "source": 34, "least": 18, "most": 20, "prefecture": 14, "variable": 30, "current_source": 70,
    "written": 20,
}
"""Columns in the order of the sheet, in characters."""
LINES = {"figure": 44, "unit": 30}
"""Characters of a line in cells that hold both languages, the Chinese above."""
BASES = {Basis.OBSERVED: "公布", Basis.OWN: "自有数据", Basis.SCALED: "折算", Basis.IMPUTED_BY_TYPE: "按类型推算",
         Basis.ASSUMED: "假设"}
FILLED, HEAD, OWN_HEAD, WRONG = "FFF8DC", "1F4E79", "B45F06", "F4B6B6"
"""Colours: cells to fill in, heads, their heads, and what is not right yet."""
PALE, RULE = "5F6B76", "C8D0D8"
NUMBERS = ("current", "least", "most", "value")
CENTRED = ("adcode", "basis", "current_year", "year")

READ_ME = (
    ("本县数据表", "Your counties' own figures"),
    ("本表列出{name}的{counties}个县（市）、每县{figures}项可以提供的数据，以及不提供时模型采用的数值。",
     "This workbook lists the {counties} counties of {name}, {figures} figures that can be given for each, and the "
     "value that the model uses where none is given."),
    ("怎样填", "How to fill it in"),
    ("1. 在“{sheet}”表中筛选本县。", "1. Filter your county on the sheet {sheet}."),
    ("2. 只填黄色三列：本县数值、年份、来源。有多少填多少，其余留空。",
     "2. Fill in the three yellow columns only: value, year and source. Give what you have and leave the rest empty."),
    ("3. 数值按本行“单位”列填写：金额是元，不是万元或亿元；面积是平方米；比例在0与1之间。",
     "3. Values are in the unit of their row: money in yuan, not in 10,000 or 100 million; areas in m2; shares "
     "from 0 to 1."),
    ("4. 来源必填，写明出处，如统计年鉴或决算。年份不填视为{undated}年。",
     "4. A source is needed: where the figure was published, such as a yearbook or final accounts. A figure without a "
     "year counts as of {undated}."),
    ("5. 同一指标有几个年份的，把该行复制到表末，逐年填写。模拟只读取起始年份之前最近的一年。",
     "5. For several years of one figure copy its row to the end of the sheet. A run reads the latest year before it "
     "begins."),
    ("6. 不要改动灰色各列；保存为 .xlsx，不加密码。", "6. Leave the grey columns as they are; save as .xlsx without a "
                                          "password."),
    ("然后", "Then"),
    ("检查（逐格报告问题）：county check data=county_figures.xlsx",
     "Check, which tells every fault by its cell: county check data=county_figures.xlsx"),
    ("用于模拟：county run data=county_figures.xlsx name=mine",
     "Run with it: county run data=county_figures.xlsx name=mine"),
    ("用自己的数据包时，把本文件以 county_figures.xlsx 为名放入该文件夹。",
     "With a data package of your own, put this file into its folder as county_figures.xlsx."),
    ("现用值的依据", "How the current values are known"),
    ("公布 observed：普查等资料公布的数值。", "observed: a figure from a source, such as the census."),
    ("自有数据 own：您在此前的表中提供的数值。", "own: a figure that you gave before."),
    ("折算 scaled：为与本县面积或其他账目相符而调整的数值。",
     "scaled: brought to another area or year, or cut to fit the county's area or accounts."),
    ("按类型推算 imputed_by_type：本类型县的一般水平，并非本县数据。",
     "imputed_by_type: what counties of this type are like; it says nothing about this one."),
    ("假设 assumed：判断值。", "assumed: a judgement."),
    ("推算和假设的数值，有本县数据时请务必填写。",
     "Where a value is imputed or assumed, your own figure matters most."),
)
"""The lines of the first sheet in Chinese and English; `HEADINGS` are headings."""
HEADINGS = (0, 2, 9, 13)


def made(data: Baseline, values: dict[str, list[float]], bases: dict[str, list[int]], year: int) -> bytes:
    """Return the workbook: `values` and `bases` by figure over counties are those of a world of this year; the same
    ones give the same bytes."""
    from openpyxl import Workbook

    book = Workbook()
    read_me = book.active
    _explain(read_me, data)
    sheet = book.create_sheet(own.SHEET)
    _head(sheet)
    known = variables()
    for line, row in enumerate(_rows(data, values, bases, year, known), 2):
        _write(sheet, line, row, of_next_county=row["variable"] == next(iter(known)))
    _finish(sheet)
    content = BytesIO()
    book.save(content)
    return store.undated(content.getvalue())


def current(data: Path | None) -> bytes:
    """Return the workbook of a data package, the shipped one by default, with the values that a run begins with."""
    from sim.compose import compose
    from sim.model import CountyUrbanization

    config = compose("run", ["policy=no_new_policy"]).model_copy(update={"data": data})
    world = CountyUrbanization(config=config, rng=config.seed).world
    values, bases = ({name: list(table[name]) for name in variables()}
                     for table in (world.figures.values, world.figures.basis))
    return made(baseline.load(data), values, bases, config.start - 1)


def _rows(data: Baseline, values: dict[str, list[float]], bases: dict[str, list[int]],
          year: int, known: Mapping[str, Variable]) -> Iterator[dict[str, str | float | None]]:
    given = {(row.adcode, row.variable): row for row in latest(data.county_figures, year + 1).itertuples()}
    sources = _sources(data)
    for k, county in enumerate(data.counties.itertuples()):
        for name, one in known.items():
            mine, basis = given.get((county.adcode, name)), Basis(bases[name][k])
            if mine is not None:
                told = (mine.value if basis == Basis.OWN else _digits(values[name][k]),
                        UNDATED if mine.year != mine.year else int(mine.year), mine.source)
            else:
                told = _digits(values[name][k]), year, sources[one.else_from]
            row: dict[str, str | float | None] = {
                "county": f"{county.name_zh}\n{county.name_en}", "adcode": county.adcode,
                "prefecture": f"{county.prefecture_zh}\n{county.prefecture_en}", "variable": name,
                "figure": f"{one.zh}\n{one.en}", "unit": _both(one), "current": told[0],
                "basis": f"{BASES[basis]}\n{basis.name.lower()}", "current_year": told[1], "current_source": told[2],
                "least": one.low, "most": one.high}
            row["written"] = own.SEPARATOR.join(own.told(row[column]) for column in own.TOLD)
            yield row


def _sources(data: Baseline) -> dict[str, str]:
    """Return where a value is from that nobody gave, by what it is read from."""
    said = data.province.sources
    told = {"census": f"{said.zh} {said.en}"}
    declarations: tuple[Mapping[str, Quantity | Profile | Stock], ...] = (
        load_parameters().quantities, load_profiles(), load_stocks())
    for declared in declarations:
        told |= {name: f"{name}: {one.source}" for name, one in declared.items()}
    return told


def _both(one: Variable) -> str:
    return one.unit if one.unit == one.unit_zh else f"{one.unit_zh}\n{one.unit}"


def _digits(value: float) -> float:
    """Return a value with the digits that are shown of it."""
    return float(f"{value:.6g}") if value < 1000 else float(round(float(f"{value:.6g}")))


def _head(sheet: "Worksheet") -> None:
    from openpyxl.styles import Alignment, Font, PatternFill

    for k, name in enumerate(WIDTHS, 1):
        cell = sheet.cell(1, k, f"{own.HEADS[name]}\n{name}")
        colour = OWN_HEAD if name in own.GIVEN else HEAD
        cell.fill, cell.font = PatternFill("solid", colour), Font("Calibri", bold=True, color="FFFFFF")
        cell.alignment = Alignment(wrap_text=True, vertical="center", horizontal="center")
        sheet.column_dimensions[cell.column_letter].width = WIDTHS[name]
    sheet.row_dimensions[1].height = 48


def _write(sheet: "Worksheet", line: int, row: dict[str, str | float | None], *, of_next_county: bool) -> None:
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

    thin = Side(style="thin", color=RULE)
    top = Side(style="medium", color=HEAD) if of_next_county else None
    for k, name in enumerate(WIDTHS, 1):
        cell = sheet.cell(line, k, row.get(name))
        mine = name in own.GIVEN
        cell.alignment = Alignment(wrap_text=name != "current_source", vertical="center",
                                   horizontal="center" if name in CENTRED else None)
        cell.border = Border(top=top, bottom=thin, left=thin if mine else None, right=thin if mine else None)
        if mine:
            cell.fill = PatternFill("solid", FILLED)
        elif name not in ("county", "figure", "unit"):
            cell.font = Font("Calibri", color=PALE)
        size = row["least"] if mine else row.get(name)
        if name in NUMBERS and isinstance(size, float | int) and size >= 1000 and float(size).is_integer():
            cell.number_format = "#,##0"  # all other numbers as they are: a CSV file has what is shown
    lines = max(1 - (-len(str(row[name]).rpartition("\n")[2]) // width) for name, width in LINES.items())
    sheet.row_dimensions[line].height = 15 * max(2, lines)


def _finish(sheet: "Worksheet") -> None:
    """Freeze heads and names, add filters, what cells accept, colours of what is not right yet, and how it prints."""
    from openpyxl.formatting.rule import FormulaRule
    from openpyxl.styles import PatternFill
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    at = {name: get_column_letter(k) for k, name in enumerate(WIDTHS, 1)}
    last = sheet.max_row
    sheet.freeze_panes = f"{at['unit']}2"
    sheet.auto_filter.ref = f"A1:{at['current_source']}{last}"
    sheet.column_dimensions[at["written"]].hidden = True
    sheet.sheet_view.zoomScale = 90
    rules = {
        "value": ("decimal", f"=${at['least']}2", f"=${at['most']}2", "数值应在本行最小值与最大值之间，按本行单位填写。"
                  " A number between least and most, in the unit of the row."),
        "year": ("whole", str(own.EARLIEST), str(LAST_YEAR),
                 f"{own.EARLIEST}至{LAST_YEAR}年；不填视为{UNDATED}年。 "
                 f"A year from {own.EARLIEST} to {LAST_YEAR}; none: {UNDATED}."),
        "source": ("textLength", "1", "500",
                   "填了数值就要写来源。 Where the figure was published; needed with a value."),
    }
    for name, (kind, low, high, words) in rules.items():
        rule = DataValidation(type=kind, operator="between", formula1=low.removeprefix("="),
                              formula2=high.removeprefix("="), allow_blank=True, showErrorMessage=True,
                              showInputMessage=True)
        rule.errorTitle = rule.promptTitle = own.HEADS[name].split("（")[0]
        rule.error = rule.prompt = words
        rule.add(f"{at[name]}2:{at[name]}{last}")
        sheet.add_data_validation(rule)
    value, year, source = (f"${at[name]}2" for name in own.GIVEN)
    wrong = PatternFill("solid", bgColor=WRONG)
    faults = {"source": f'AND({value}<>"",{source}="")', "value": f'AND({value}="",OR({year}<>"",{source}<>""))'}
    for name, formula in faults.items():
        sheet.conditional_formatting.add(f"{at[name]}2:{at[name]}{last}", FormulaRule(formula=[formula], fill=wrong))
    sheet.sheet_properties.tabColor = OWN_HEAD
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    sheet.page_setup.fitToHeight, sheet.sheet_properties.pageSetUpPr.fitToPage = 0, True
    sheet.print_area = f"A1:{at['most']}{last}"


def _explain(sheet: "Worksheet", data: Baseline) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill

    sheet.title = "说明 read me"
    fields = {"counties": len(data.counties), "figures": len(variables()), "sheet": own.SHEET, "undated": UNDATED}
    for k, (zh, en) in enumerate(READ_ME):
        names = data.province.name
        for column, words, name in ((1, zh, names.zh), (2, en, names.en)):
            cell = sheet.cell(k + 1, column, words.format(**fields, name=name))
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            if k in HEADINGS:
                cell.font = Font("Calibri", bold=True, color="FFFFFF", size=14 if k == 0 else 11)
                cell.fill = PatternFill("solid", HEAD)
        across = sum(2 if ord(letter) > 255 else 1 for letter in zh)
        sheet.row_dimensions[k + 1].height = 20 if k in HEADINGS else 16 * (1 + max(across, len(en)) // 84)
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 72, 78
    sheet.sheet_view.showGridLines = False
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    sheet.page_setup.fitToHeight, sheet.sheet_properties.pageSetUpPr.fitToPage = 0, True
