"""Content of the panels of controls: the run, the scenario, and the measures with their cost and evidence."""

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from sim.config import ConfigError, Policy
from sim.config.files import load_measures, read_yaml, scenarios
from sim.config.measures import Effect, Measure
from sim.indicators.observation import OBSERVATIONS
from sim.report.tables import cells, findings, spread
from sim.report.words import rates, units
from sim.report.words.bilingual import Words, of
from sim.report.words.style import Language
from sim.report.words.terms import GRADES, MEASURE_GROUPS
from sim.view.choices import ALL, SCOPES, Choices, shown
from sim.view.preview import OUTCOMES
from sim.view.session import SPEEDS as PACES
from sim.view.session import Session
from sim.view.words import BAND, MOVES, PAGE, PREVIEW, SCOPE_NAMES, SPEEDS, STATES

SCALES = ("10", "100", "1000")
YEARS = ("2025", "2030", "2035")
DECIDERS = {"province": Words("省", "the province"), "prefecture": Words("市", "the prefecture"),
            "county": Words("县", "the county")}
COST = Words("不计入存量的成本：一次{capital}元、每年{running}元/人（2020年价，全额，{grade}）",
             "Cost beyond stocks: {capital} yuan once and {running} yuan a year for each resident "
             "(2020 prices, full dose, {grade})")
DECIDES = Words("由{who}决定，{years}年建成", "Decided by {who}, built in {years} years")
EFFECT = Words("{rate}：{value}{unit}（{grade}）", "{rate}: {value} {unit} ({grade})")
PERCENT = {"relative": Words("%", "%"), "share": Words("个百分点", "percentage points")}


def run(session: Session, language: Language) -> dict[str, Any]:
    """Return the state of the run: its time and its quarterly figures."""
    model = session.model
    data: dict[str, Any] = {
        "state": session.state, "word": of(STATES[session.state], language), "speed": session.speed,
        "speeds": [{"value": name, "text": of(SPEEDS[name], language)} for name in PACES],
        "pending": session.changed, "error": session.error, "language": language,
        "clock": "", "done": 0.0, "headlines": [],
    }
    if model is not None:
        series = model.datacollector.model_vars
        first, last = model.config.start, model.config.end
        passed = len(series["residents"]) - 1
        quarters = 4 * (last + 1 - first)
        quarter = 4 * first + passed - 1
        year, part = quarter // 4, quarter % 4 + 1
        clock = Words(f"{year}年第{part}季度", f"{year} Q{part}")
        clock = clock if passed else Words(f"{first - 1}年末", f"End of {first - 1}")
        since = PAGE["since"]
        urban, people = series["resident_urbanization"], series["residents"]
        data |= {"clock": of(clock, language), "done": passed / quarters, "headlines": [
            {"name": of(PAGE["urbanization"], language), "value": f"{urban[-1]:.2f}%",
             "note": of(since.fill(year=first - 1, change=f"{urban[-1] - urban[0]:+.2f}".replace("-", "−")), language)},
            {"name": of(PAGE["residents"], language), "value": _people(people[-1], language),
             "note": of(since.fill(year=first - 1, change=_people(people[-1] - people[0], language, "+")), language)},
        ]}
    return data


def _people(count: float, language: Language, sign: str = "") -> str:
    written = f"{count / 1e4:{sign},.1f}万" if language == "zh" else f"{count / 1e6:{sign}.3f} million"
    return written.replace("-", "−")


def preview(session: Session, language: Language) -> dict[str, Any]:
    """Return what the last change of choices comes to by quick runs, and by the run itself where it has come so far;
    nothing before a change."""
    if (answer := session.answer) is None:
        return {}
    ran, rows = _ran(session, answer.year), []
    for name in OUTCOMES if len(answer.effects) else ():
        unit, one = units.unit(OBSERVATIONS[name].unit), answer.effects.loc[name]
        written = cells.short(one, unit)
        rows.append({
            "name": of(Words(OBSERVATIONS[name].zh, OBSERVATIONS[name].en), language), "value": of(written, language),
            "unit": unit.change_name(language),
            "moved": cells.difference(answer.moved[name], unit) if name in answer.moved else "",
            "ran": cells.difference(ran[name], unit) if name in ran else ""})
    note = PREVIEW["progress"].fill(
        done=answer.done, asked=answer.asked, scale=f"{answer.scale:,}", holds=spread.holds(answer.sets),
        each=PREVIEW["sets" if answer.sets > 1 else "seeds"], few=BAND["few"] if answer.done < findings.FEW else "")
    note = Words(note.zh + PREVIEW["alone"].zh, note.en + PREVIEW["alone"].en) if ran else note
    return {"title": of(PREVIEW["title"].fill(year=answer.year), language), "rows": rows, "note": of(note, language),
            "moved": len(answer.moved) > 0, "ran": bool(ran)}


def _ran(session: Session, year: int) -> dict[str, float]:
    """Return the difference that the run itself makes in a year; nothing before it and its reference are there."""
    live = session.live
    if live is None or session.changed or min(live.year, live.reached) < year:
        return {}
    return {name: float(live.values.loc[(name, ALL), year] - live.values_without.loc[(name, ALL), year])
            for name in OUTCOMES}


def scenario(choices: Choices, language: Language) -> dict[str, Any]:
    """Return the possible and the present choices of a scenario."""
    return {
        "policy": choices.policy, "external": choices.external, "seed": choices.seed, "scale": choices.scale,
        "end": choices.end, "policies": _policies(choices.policy, language),
        "externals": _scenarios("external", language),
        "scales": _with([one for one in SCALES if int(one) >= choices.finest], choices.scale),
        "years": _with(YEARS, choices.end),
        "changed": of(PAGE["policy_changed"].fill(count=count), language) if (count := len(choices.changes)) else "",
    }


def _policies(chosen: str, language: Language) -> list[dict[str, str]]:
    """Return the policies, with the chosen one where it is a file elsewhere."""
    found = _scenarios("policy", language)
    if not chosen.endswith(".yaml"):
        return found
    title, _ = _heading(Path(chosen))
    return [*found, {"value": chosen, "text": title.get(language, chosen), "question": ""}]


def _with(values: Iterable[str], chosen: str) -> list[str]:
    return [*values, *([] if chosen in values else [chosen])]


def _scenarios(group: str, language: Language) -> list[dict[str, str]]:
    found = []
    for name, path in sorted(scenarios(group).items()):
        title, question = _heading(path)
        found.append({"value": name, "text": title.get(language, name), "question": question.get(language, "")})
    return found


@cache
def _heading(path: Path) -> tuple[dict[str, str], dict[str, str]]:
    """Return title and question of a scenario; nothing of a file that cannot be read, which a run will complain of."""
    try:
        content = read_yaml(path)
    except ConfigError:
        return {}, {}
    title, question = (one if isinstance(one := content.get(key), dict) else {} for key in ("title", "question"))
    return title, question


def planned(choices: Choices) -> Policy | None:
    """Return the policy that is chosen; None where it is faulty, which the run will complain of."""
    try:
        return choices.planned()
    except ConfigError:
        return None


def doses(policy: Policy | None, scope: str, language: Language) -> dict[str, Any]:
    """Return the scopes of a policy, and the dose of every measure in one; no doses without a policy."""
    known = shown(policy) if policy else {}
    scope = scope if scope in known else ALL
    scopes = [{"value": name, "text": of(SCOPE_NAMES[name], language)} for name in known or SCOPES]
    other = [one["text"] for one in scopes if one["value"] != scope and known.get(one["value"]) != known.get(ALL)]
    notes = [PAGE["narrower"].fill(types=("、" if language == "zh" else ", ").join(other))] if other else []
    if policy and (single := len(policy.by_prefecture) + len(policy.by_county)):
        notes.append(PAGE["single"].fill(count=single))
    return {"scope": scope, "scopes": scopes, "doses": known.get(scope, {}), "preset": scope in SCOPES,
            "note": "".join(of(note, language) for note in notes)}


def opening(policy: Policy | None) -> str:
    """Return the first scope for which a policy plans anything, which says more than zeros for all counties."""
    known = shown(policy) if policy else {}
    return next((scope for scope, part in known.items() if any(part.values())), ALL)


@cache
def measures(language: Language) -> list[dict[str, Any]]:
    """Return the measures by group: names in both languages, who decides, cost and its evidence."""
    found: dict[str, dict[str, Any]] = {}
    for name, one in load_measures().items():
        title = of(MEASURE_GROUPS[one.group], language)
        group = found.setdefault(one.group, {"name": one.group, "title": title, "items": []})
        other = one.title.en if language == "zh" else one.title.zh
        group["items"].append({"name": name, "title": of(one.title, language), "other": other,
                               "about": _about(one, language)})
    return list(found.values())


def _moves(effect: Effect) -> Words:
    """Name the rate or stock that an effect moves, and the size at full dose."""
    percent = effect.unit in PERCENT
    value = f"{100 * effect.value if percent else effect.value:+.4g}".replace("-", "−")
    unit = PERCENT[effect.unit] if percent else MOVES[effect.unit]
    return EFFECT.fill(rate=rates.title(effect.rate), value=value, unit=unit, grade=GRADES[effect.grade])


def _about(one: Measure, language: Language) -> dict[str, Any]:
    """Return cost and evidence of a measure as written, lever by lever."""
    levers = []
    for lever in one.levers.values():
        cost = COST.fill(capital=f"{lever.capital_cost.value:g}", running=f"{lever.running_cost.value:g}",
                         grade=GRADES[lever.capital_cost.grade])
        effects = [{"text": of(_moves(effect), language), "source": effect.source} for effect in lever.effects]
        levers.append({"title": of(lever.title, language) if len(one.levers) > 1 else "", "cost": of(cost, language),
                       "source": lever.capital_cost.source, "effects": effects})
    decides = DECIDES.fill(who=DECIDERS[one.decides], years=f"{one.build_years:g}")
    return {"decides": of(decides, language), "levers": levers}
