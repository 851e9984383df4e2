"""Phrases of plain speech put into the words of the language: one function for each that is more than a replacement."""

import re

LETTERS = {"w": "W", "m": "M", "d": "D"}
NUMBER = re.compile(r"\d+")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
WORD = r"[A-Za-z]\w*"
A_DAY = {
    "bid": "twice daily",
    "tid": "three times daily",
    "qid": "4 times daily",
    "qd": "once daily",
    "od": "once daily",
}
FIGURES = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
HOURS = 24


def points(match: re.Match[str]) -> str:
    """``week 52`` and ``52 weeks`` as W52; of a list each."""
    letter = LETTERS[(match["unit"] or "w")[0].lower()]
    return ", ".join(f"{letter}{number}" for number in NUMBER.findall(match["numbers"]))


def daily(match: re.Match[str]) -> str:
    """``bid x 5 days`` as twice daily for 5 days."""
    how = A_DAY[match["how"].replace(".", "").lower()]
    return f"{how} for {match['days']}" if match["days"] else how


def figures(match: re.Match[str]) -> str:
    """``eight`` as 8."""
    return str(FIGURES.index(match[1].lower()) + 1)


def hourly(match: re.Match[str]) -> str:
    """``every 8 hours`` as so many times daily."""
    times = max(1, HOURS // max(1, int(match[1])))
    return "once daily" if times == 1 else f"{times} times daily"


def exposed_to_each(match: re.Match[str]) -> str:
    """``exposed to NRTI, NNRTI and PI`` class by class."""
    names = [each for each in re.findall(r"\w+", match["names"]) if each not in {"and", "or"}]
    return f" {match['how']} ".join(f"exposed to {each}" for each in names)


def one_of(match: re.Match[str]) -> str:
    """``Pbo, Xan_Lo or Xan_Hi`` as one of {Pbo, Xan_Lo, Xan_Hi}."""
    return f"one of {{{', '.join(each for each in re.findall(WORD, match[0]) if each != 'or')}}}"


def in_categories(match: re.Match[str]) -> str:
    """``B or C`` as in {B, C}."""
    return one_of(match).replace("one of", "in", 1)


def apart(match: re.Match[str]) -> str:
    """``q3w`` as the days between two cycles."""
    return f"{int(match['number']) * (7 if match['unit'].lower() == 'w' else 1)} days"


def offset(match: re.Match[str]) -> str:
    """``W0 + 7 days`` as 7 days after W0."""
    side = "after" if match["sign"] == "+" else "before"
    return f"{match['length']} {side} {match['point']}"


def dated_first(match: re.Match[str]) -> str:
    """``cd4 <= 200 cells/mm3 before SCR`` as latest cd4 before SCR <= 200 cells/mm3."""
    pick = match["pick"] or ("" if match["when"].startswith("at ") else "latest ")
    return f"{pick}{match['value']} {match['when']} {match['limit']}"


def dated(match: re.Match[str]) -> str:
    """``June 2005`` as 2005-06."""
    month = MONTHS.index(match["month"][:3].lower()) + 1
    day = match["day"]
    return f"{match['year']}-{month:02}" + (f"-{int(day):02}" if day else "")
