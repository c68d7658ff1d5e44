"""Texts of the page, in both languages."""

from typing import Literal

from sim.report.words.bilingual import Words, of
from sim.report.words.style import GROUPS, Language

Kind = Literal["value", "change", "gap", "difference", "pinned"]
"""Ways in which the map shows an indicator."""

PAGE = {
    "title": Words("县域城镇化模拟", "County urbanization"),
    "subtitle": Words("{province}{count}个县（市），逐季模拟",
                      "The {count} counties of {province}, quarter by quarter"),
    "start": Words("开始", "Start"),
    "pause": Words("暂停", "Pause"),
    "step": Words("一季", "One quarter"),
    "reset": Words("重置", "Reset"),
    "speed": Words("速度", "Speed"),
    "controls": Words("运行控制", "Controls of the run"),
    "downloads": Words("下载", "Download"),
    "download_map": Words("地图 PNG", "Map, PNG"),
    "download_paths": Words("指标路径 PNG", "Paths, PNG"),
    "download_table": Words("数据 CSV", "Data, CSV"),
    "download_scenario": Words("方案 YAML", "Scenario, YAML"),
    "scenario": Words("方案", "Scenario"),
    "to_scenario": Words("方案与措施", "Scenario and measures"),
    "policy": Words("政策", "Policy"),
    "external": Words("外部条件", "External conditions"),
    "seed": Words("随机种子", "Seed"),
    "scale": Words("每行代表人数", "People per row"),
    "end": Words("模拟至", "Until"),
    "question": Words("问题", "Question"),
    "measures": Words("26项措施的力度", "Doses of the 26 measures"),
    "scope": Words("适用于", "For"),
    "preset": Words("填入“分类施策”方案", "Take the plan by type"),
    "none": Words("全部为0", "All to 0"),
    "full": Words("全部为1", "All to 1"),
    "measures_note": Words(
        "0为2022年的做法，1为全部新增力度。资金、时间表和优先次序随所选政策；类型的力度优先于全部县（市），标记为人口流失的县以该类型为准。",
        "0 is the practice of 2022, 1 the whole additional effort. Money, timetable and order follow the policy "
        "chosen; a type's dose goes before that of all counties, and that for population loss before any in counties "
        "marked for it.",
    ),
    "pending": Words("改动在重置后生效", "Changes take effect on reset"),
    "policy_changed": Words("改动的力度：{count}项", "Doses changed: {count}"),
    "about": Words("成本与依据", "Cost and evidence"),
    "map": Words("各县（市）", "County by county"),
    "indicator": Words("指标", "Indicator"),
    "show": Words("显示", "Show"),
    "imputed": Words("推算值，不按县公布", "Imputed, not shown for a single county"),
    "pilot": Words("试点", "Pilot"),
    "choose_county": Words("点选或选择一个县（市）", "Choose a county, here or on the map"),
    "county": Words("县（市）", "County"),
    "tiles_note": Words(
        "六边形为县（市），位置近似；圆为各市的市辖区；黑线为市界。单次模拟，单县结果含较大的随机成分，不宜排名。",
        "A hexagon is a county, near its true position; a circle is the districts of a prefecture; black lines are "
        "prefecture borders. One run: single counties carry much chance, no ranking.",
    ),
    "one_run": Words("单次模拟，单县结果含较大的随机成分，不宜排名。",
                     "A single run: single counties carry much chance, no ranking. "),
    "paths": Words("19项指标与目标", "The 19 indicators and their targets"),
    "group": Words("县（市）类型", "Type of county"),
    "paths_note": Words(
        "紫线为本方案，灰线为同一随机种子下的无新增政策，虚线为{year}年目标。",
        "Purple: this scenario; grey: no new policy with the same seed; dashed: the target of {year}.",
    ),
    "no_interval": Words(
        "参数取参照组（第0组），单次模拟，无区间：差异含随机，未计参数的不确定性。",
        "One run with the reference set of parameters (set 0), without an interval: differences hold chance, and "
        "nothing of what is not known of parameters.",
    ),
    "reference_begins": Words("对照（无新增政策）开始计算", "The reference run (no new policy) begins"),
    "reference_runs": Words("对照（无新增政策）算至{year}年，尚未完成：灰色虚线",
                            "The reference run (no new policy) has reached {year} and goes on: grey, dashed"),
    "packages": Words("搜索找到的措施组合", "Packages found by county optimise"),
    "packages_note": Words(
        "横轴：至{year}年每位居民的措施支出（元）；纵轴：目标达成度（各县平均，1为全部达到）。"
        "圆点：代理模型上的前沿；菱形：经核验的组合，实心为选定者；横线：要求的达成度；灰线：无新政策。"
        "点击一个组合，即以其政策文件为本页政策，各对象的组合一并采用。",
        "Across: yuan paid for measures per resident until {year}. Up: achievement of targets, mean over counties, 1 "
        "is all. Dots: the front on the emulator; diamonds: checked packages, the filled one is the chosen one. Black "
        "line: what is asked; grey: no new policy. A click makes the package the policy of this page, with those of "
        "the others that were searched for.",
    ),
    "searched_for": Words("对象", "For"),
    "package": Words("组合", "Package"),
    "cost": Words("元/人", "Yuan each"),
    "achieved": Words("达成度", "Achieves"),
    "debt": Words("负债率", "Debt"),
    "target": Words("目标", "Target"),
    "way": Words("目标路程 {share}", "{share} of the way"),
    "target_rule": Words("目标{value}：{rule}；{status}", "Target {value}: {rule}; {status}"),
    "target_level": Words("目标{value}：{status}", "Target {value}: {status}"),
    "narrower": Words("另有单独设定的力度：{types}。", "Other doses are set for: {types}. "),
    "single": Words("另有{count}个市或县（市）的单独方案，此处不显示。",
                    "{count} single prefectures or counties have plans of their own, which are not shown here."),
    "without": Words("对照", "Without"),
    "loading": Words("正在建立模型", "Building the model"),
    "close": Words("关闭", "Close"),
    "error": Words("出错了", "Something is wrong"),
    "error_note": Words("可更正，或重置后继续。", "Put it right, or reset and go on."),
    "urbanization": Words("常住人口城镇化率", "Resident urbanization"),
    "residents": Words("常住人口", "Residents"),
    "since": Words("自{year}年 {change}", "{change} since {year}"),
}
BAND = {
    "show": Words("显示不确定性", "Show uncertainty"),
    "hide": Words("隐藏不确定性", "Hide uncertainty"),
    "progress": Words("{done}/{asked}组参数{failed}", "{done} of {asked} sets{failed}"),
    "failed": Words("（{count}组出错）", " ({count} failed)"),
    "none": Words("不确定性无法给出：{progress}", "How sure it is cannot be told: {progress}"),
    "begins": Words("不确定性计算中：{progress}", "Uncertainty is being simulated: {progress}"),
    "holds": Words(
        "色带：{progress}、各一个随机种子的80%区间，含随机变化和参数不确定性{few}；紫线为参照组（第0组）的单次模拟，可在带外。",
        "Band: the 80% interval over {progress} of parameters with a seed each, of chance and of what is not known of "
        "parameters{few}. The purple line is a single run with the reference set (set 0), and may leave the band.",
    ),
    "few": Words("，次数少，仅为少数结果的范围", ", as yet hardly more than the range of a few results"),
    "interval": Words("80%区间 {low}—{high}", "80% interval {low} to {high}"),
}
PREVIEW = {
    "title": Words("速算：此政策到{year}年带来的差别", "Quick answer: what this policy changes by {year}"),
    "quick": Words("速算（80%区间）", "Quick runs (80% interval)"),
    "moved": Words("比上次速算", "Since the last one"),
    "ran": Words("本次运行", "This run"),
    "alone": Words("本次运行只有一次，参数为参照组，可在区间之外。",
                   " This run is a single one with the reference set of parameters, and may lie outside."),
    "progress": Words(
        "{done}/{asked}对快速模拟，有、无此政策各一次，每行{scale}人，每对各有{each}；区间{holds}{few}。○：方向不能确定。",
        "{done} of {asked} pairs of quick runs, with and without the policy, {scale} people per row, each pair with "
        "{each} of its own: the interval is {holds}{few}. ○: the sign is not sure."),
    "sets": Words("一组参数和一个种子", "a set of parameters and a seed"),
    "seeds": Words("一个种子", "a seed"),
}
PIN = {
    "pin": Words("留存此运行以作比较", "Pin this run to compare"),
    "unpin": Words("取消留存", "Unpin"),
    "pinned": Words("留存", "Pinned"),
    "run": Words("{policy}{doses}；外部条件：{external}；种子{seed}，每行代表{scale}人，至{year}年",
                 "{policy}{doses}; {external}; seed {seed}, {scale} people per row, until {year}"),
    "doses": Words("，力度：{doses}", ", doses: {doses}"),
    "dose": Words("{measure} {dose}", "{measure} {dose}"),
    "dose_of": Words("{measure} {dose}（{scope}）", "{measure} {dose} ({scope})"),
    "more": Words("等{count}项", " ({count} in all)"),
    "compared": Words("留存的运行：{run}。", "The pinned run: {run}. "),
    "line": Words("橙线为留存的运行：{run}。", "Orange: the pinned run - {run}."),
    "seed": Words("其随机种子不同，差异含两者的随机变化。",
                  "Its seed is another: differences hold the chance of both."),
    "scale": Words("其每行代表人数不同，水平因此有差别。", "Its people per row are others, which shifts levels."),
}
LINKS = {
    "copy": Words("复制链接", "Copy link"),
    "copied": Words("已复制", "Copied"),
    "by_hand": Words("请复制此链接", "Copy this link"),
    "version": Words("此链接由另一版本（{theirs}）生成，本页为{ours}：结果可能不同。",
                     "This link was made by another version ({theirs}); this page is {ours}: results may differ."),
    "settings": Words("生成此链接的网页启动时的其他设置（参数、数据等）与本页不同：结果会不同。",
                      "This link was made by a page that was started with other settings (parameters, data): results "
                      "will differ."),
    "damaged": Words("链接已损坏，无法读取；本页按起始设置打开。",
                     "The link is damaged and cannot be read; the page opens as without it."),
    "unknown": Words("链接有误：{key} 不是链接中的项；本页按起始设置打开。",
                     "Fault in the link: it cannot have {key}; the page opens as without it."),
    "twice": Words("链接有误：{key} 出现两次；本页按起始设置打开。",
                   "Fault in the link: {key} is given twice; the page opens as without it."),
    "missing": Words("链接有误：缺少 {keys}；本页按起始设置打开。",
                     "Fault in the link: {keys} missing; the page opens as without it."),
    "fault": Words("链接有误：{key}={value}，应为{expected}；本页按起始设置打开。",
                   "Fault in the link: {key}={value}, expected {expected}; the page opens as without it."),
    "scenario": Words("链接中的方案不成立；本页按起始设置打开。（{fault}）",
                      "The scenario of the link is not valid: {fault}; the page opens as without it."),
    "policy": Words("本页所列的政策，或存在的政策文件", "a policy that this page lists, or the file of one"),
    "external": Words("本页所列的外部条件", "external conditions that this page lists"),
    "scale": Words("1、10、100或1000，且不小于{finest}", "1, 10, 100 or 1000, and at least {finest}"),
    "seed": Words("0至2的63次方减1的整数", "a whole number from 0 to 2 to the 63rd less 1"),
    "end": Words("不晚于{last}的年份", "a year until {last}"),
    "language": Words("zh 或 en", "zh or en"),
    "group": Words("全部县（市）或一种县（市）类型", "all counties or a type of counties"),
    "indicator": Words("地图可显示的指标", "an indicator that the map can show"),
    "kind": Words("{kinds} 之一", "one of {kinds}"),
    "measure": Words("适用范围和措施（如 dose.all_counties.land_use）",
                     "a scope and a measure, as dose.all_counties.land_use"),
    "dose": Words("0至1的数", "a number from 0 to 1"),
}
SCOPE_NAMES = {name: Words(group.zh, group.en) for name, group in GROUPS.items()} | {
    "pilots": Words("试点县（市）", "Pilot counties"), "pilot_towns": Words("试点镇", "Pilot towns")}
STATES = {
    "building": Words("正在建立", "Building"),
    "ready": Words("已暂停", "Paused"),
    "playing": Words("运行中", "Running"),
    "ended": Words("已到期末", "At the end"),
    "failed": Words("已中断", "Stopped"),
}
SPEEDS = {
    "slow": Words("慢", "Slow"),
    "medium": Words("中", "Medium"),
    "fast": Words("快", "Fast"),
    "fastest": Words("最快", "Fastest"),
}
KINDS: dict[Kind, Words] = {
    "value": Words("数值", "Value"),
    "change": Words("自{base}年变化", "Change since {base}"),
    "gap": Words("与{goal}年目标之差", "Gap to the target of {goal}"),
    "difference": Words("与对照之差（单次，含随机）", "Less the reference run (one run, with chance)"),
    "pinned": Words("与留存运行之差（单次，含随机）", "Less the pinned run (one run, with chance)"),
}
COUNTY = {
    "population": Words("分地方的常住人口", "Residents by place"),
    "place": Words("地方", "Place"),
    "indicator": Words("指标", "Indicator"),
    "base": Words("基期", "Base"),
    "now": Words("现在", "Now"),
    "change": Words("变化", "Change"),
    "split_imputed": Words("县城与乡镇的划分为推算值", "The split between seat and towns is imputed"),
    "changes": Words("人口变动（人）", "What changed the number of residents (persons)"),
    "year": Words("年份", "Year"),
    "births": Words("出生", "Births"),
    "deaths": Words("死亡", "Deaths"),
    "arrivals": Words("迁入", "Arrivals"),
    "departures": Words("迁出", "Departures"),
    "moves": Words("{year}年的迁移（人）", "Moves of {year} (persons)"),
    "from": Words("从", "From"),
    "to": Words("到", "To"),
    "persons": Words("人数", "Persons"),
    "ledger": Words("{year}年账本（亿元，当年价）", "Books of {year} (100 million yuan, current prices)"),
    "item": Words("项目", "Item"),
    "amount": Words("金额", "Amount"),
    "ledger_debts": Words("年末债务", "Debt at the end of the year"),
    "ledger_note": Words(
        "县级账本的基期为推算值，只供了解结构。", "The county's books start from imputed figures: read their structure."
    ),
    "gaps": Words("与{year}年目标之差", "Gaps to the targets of {year}"),
    "aim": Words("目标", "Target"),
    "off": Words("现值减目标", "Now less target"),
    "done": Words("已走路程", "Way done"),
    "download_plan": Words("方案页（打印）", "The plan to print"),
    "plan": Words("一县一策：计划、已付、已建成", "The county's plan: planned, paid, delivered"),
    "measure": Words("措施", "Measure"),
    "planned": Words("计划", "Planned"),
    "funded": Words("本年已付", "Paid this year"),
    "delivered": Words("已建成", "Delivered"),
    "order": Words("次序", "Order"),
    "no_plan": Words("没有计划措施。", "No measure is planned."),
    "evaluation": Words("年度评价（模拟，不得用于考核）", "Yearly evaluation (simulated, not for any assessment)"),
    "score": Words("得分", "Score"),
    "class": Words("类", "Class"),
    "named": Words("命名", "Named"),
    "advanced": Words("先进", "Advanced"),
    "progress": Words("进步", "In progress"),
    "later": Words("第一年年末起有数据。", "There are figures from the end of the first year on."),
    "people": Words("居民抽样", "Some residents"),
    "firms": Words("企业抽样", "Some firms"),
    "agents_note": Words(
        "模型中虚构的居民和企业，每行代表{scale}人；不是真实的人。",
        "Residents and firms of the model, a row stands for {scale} people; none is a real person.",
    ),
    "others": Words("换一组", "Show others"),
    "indicators": Words("可按县公布的指标", "Indicators known for single counties"),
}
PLACES = {"village": Words("村庄", "Villages"), "town": Words("乡镇驻地", "Towns"),
          "seat": Words("县城", "County seat")}
TOTAL = Words("合计", "Together")


MOVES = {
    "points": Words("点", "points"),
    "yuan of 2020 per resident": Words("元/人（2020年价）", "yuan of 2020 per resident"),
    "% of built-up area": Words("%（占建成区）", "% of built-up area"),
    "% of residents": Words("%（占居民）", "% of residents"),
    "% of seat residents": Words("%（占县城居民）", "% of seat residents"),
    "log odds": Words("对数优势", "log odds"),
    "share of price": Words("房价占比", "share of price"),
    "m2": Words("平方米/人", "m² per resident"),
    "% of village residents": Words("%（占农村居民）", "% of village residents"),
    "beds per 1,000 residents": Words("张/千人", "beds per 1,000 residents"),
    "doctors per 1,000 residents": Words("人/千人", "doctors per 1,000 residents"),
    "places per pupil": Words("学位/学生", "places per pupil"),
    "% of places": Words("%（占学位）", "% of places"),
    "% of beds": Words("%（占床位）", "% of beds"),
    "places per 1,000 residents": Words("个/千人", "places per 1,000 residents"),
    "m2 per 1,000 residents": Words("平方米/千人", "m² per 1,000 residents"),
    "beds per 1,000 people of 60 and over": Words("张/千名老人", "beds per 1,000 people of 60 and over"),
    "% of new building": Words("%（占新建）", "% of new building"),
    "kW per 1,000 residents": Words("千瓦/千人", "kW per 1,000 residents"),
    "% of household waste": Words("%（占生活垃圾）", "% of household waste"),
    "% of seat residents' load": Words("%（占县城居民排放）", "% of seat residents' load"),
}
"""Units in which effects of measures are declared; relative ones and shares are written in percent."""


def spoken(words: dict[str, Words], language: Language) -> dict[str, str]:
    """Return a dictionary of texts in one language."""
    return {name: of(text, language) for name, text in words.items()}
