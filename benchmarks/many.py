"""A study folder of any size: the participants of a small made-up study, again and again under new names."""

import csv
from collections import defaultdict
from pathlib import Path

TABLES = ("participants", "events", "readings", "medications")
AT_ENTRY = {"SCR", "screening", ""}


def write_many(small: Path, folder: Path, participants: int) -> int:
    """Write ``participants`` participants with the rows of their entry; returns how many rows there are in all."""
    folder.mkdir(parents=True, exist_ok=True)
    written = 0
    for table in TABLES:
        with (small / f"{table}.csv").open(encoding="utf-8", newline="") as file:
            reader = csv.reader(file)
            heading = next(reader)
            by_participant: dict[str, list[list[str]]] = defaultdict(list)
            for row in reader:
                if table != "readings" or row[heading.index("visit")] in AT_ENTRY:
                    by_participant[row[0]].append(row)
        templates = [by_participant[name] for name in sorted(by_participant)]
        width = len(str(participants))
        with (folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(heading)
            for number in range(participants):
                rows = templates[number % len(templates)]
                writer.writerows([[f"P{number:0{width}}", *row[1:]] for row in rows])
                written += len(rows)
    return written
