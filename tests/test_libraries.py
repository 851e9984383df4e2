"""Libraries beside a protocol: what is brought in, and what an author reads when it cannot be."""

from pathlib import Path

import pytest

import protocol_dsl

PROTOCOL = """protocol CASE "A case"
  language 1
anchor SCR is screening
eligibility at SCR
inclusion I1 "Tall" require latest height before SCR >= 150 cm
"""
BODY = 'library body "Body measures"\n  language 1\nmeasure height "Body height" in cm\n'
LIBRARIES = Path(protocol_dsl.__file__).parent / "library"


def written(folder: Path, use: str, **libraries: str) -> Path:
    """A protocol that begins with ``use``, and libraries beside it by the names of their files."""
    for name, content in libraries.items():
        (folder / f"{name.replace('__', '.')}").write_text(content, encoding="utf-8")
    path = folder / "case.proto"
    path.write_text(PROTOCOL + use, encoding="utf-8")
    return path


def mistakes(path: Path) -> list[tuple[str, str, str]]:
    """The code, the file and the message of each error."""
    with pytest.raises(protocol_dsl.ProtocolError) as caught:
        protocol_dsl.load(path)
    errors = [each for each in caught.value.diagnostics if each.severity == "error"]
    return [(each.code.number, Path(each.span.file).name, each.message) for each in errors]


@pytest.mark.parametrize("ending", ["proto", "protocol"])
def test_a_library_beside_the_protocol_by_both_endings(tmp_path: Path, ending: str) -> None:
    study = protocol_dsl.load(written(tmp_path, "use body (height)\n", **{f"body__{ending}": BODY}))
    assert [each.unit for each in study.model.vocabulary.measures] == ["cm"]


def test_a_library_that_uses_a_library(tmp_path: Path) -> None:
    grades = (
        'library tall "Grades"\n  language 1\nuse body (height)\n'
        'ladder tallness "Tallness" of height grade 1 from 200 cm\n'
    )
    use = 'use body (height)\nuse tall (tallness)\ndeviation D1 "Tall" when latest tallness before SCR >= grade 1\n'
    study = protocol_dsl.load(written(tmp_path, use, body__proto=BODY, tall__proto=grades))
    assert [(each.name, each.measure) for each in study.model.vocabulary.ladders] == [("tallness", "height")]


def test_a_ladder_of_another_measure_of_the_same_name(tmp_path: Path) -> None:
    grades = BODY.replace("body", "tall") + 'ladder tallness "Tallness" of height grade 1 from 200 cm\n'
    use = 'use tall (tallness)\nmeasure height "Height of the house" in m\n'
    assert mistakes(written(tmp_path, use, tall__proto=grades)) == [
        ("PD355", "case.proto", "tallness grades another height than the one declared here")
    ]


def test_libraries_in_a_circle_by_way_of_a_third(tmp_path: Path) -> None:
    def link(name: str, other: str) -> str:
        return f'library {name} "{name}"\n  language 1\nuse {other} (x{other})\nmeasure x{name} "x" in cm\n'

    libraries = {"a__proto": link("a", "b"), "b__proto": link("b", "c"), "c__proto": link("c", "a")}
    found = mistakes(written(tmp_path, 'use a (xa)\nmeasure height "Height" in cm\n', **libraries))
    assert ("PD111", "c.proto", "libraries in a circle: a uses b uses c uses a") in found


def test_a_name_that_the_library_lacks_and_one_that_hides_another(tmp_path: Path) -> None:
    found = mistakes(written(tmp_path, "use body (heights)\n", body__proto=BODY))
    assert [(code, file) for code, file, _ in found] == [("PD112", "case.proto")]
    again = mistakes(written(tmp_path, 'use body (height)\nmeasure height "Height" in cm\n', body__proto=BODY))
    assert [(code, file) for code, file, _ in again] == [("PD107", "case.proto")]


def test_a_shipped_library_goes_before_a_file_of_its_name(tmp_path: Path) -> None:
    own = BODY.replace("body", "hiv").replace("height", "cd4")
    study = protocol_dsl.load(written(tmp_path, 'use hiv (cd4)\nmeasure height "Height" in cm\n', hiv__proto=own))
    assert [each.unit for each in study.model.vocabulary.measures] == ["cells/mm3", "cm"]


def test_a_mistake_in_a_library_is_told_at_its_place_there(tmp_path: Path) -> None:
    found = mistakes(written(tmp_path, "use body (height)\n", body__proto=BODY.replace("in cm", "in cmm")))
    assert [(code, file) for code, file, _ in found] == [("PD302", "body.proto")]


def test_no_library_is_found_by_a_path(tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    (tmp_path / "body.proto").write_text(BODY, encoding="utf-8")
    (inner / "linked.proto").symlink_to(tmp_path / "body.proto")
    for use in ("use ../body (height)\n", 'use "../body" (height)\n', "use /body (height)\n", "use linked (height)\n"):
        found = mistakes(written(inner, use))
        assert {file for _, file, _ in found} == {"case.proto"}, use
        assert {code for code, _, _ in found} & {"PD001", "PD002", "PD009", "PD110"}, (use, found)


@pytest.mark.parametrize("path", sorted(LIBRARIES.glob("*.proto")), ids=lambda path: path.stem)
def test_every_shipped_name_can_be_brought_in(tmp_path: Path, path: Path) -> None:
    words = ("measure ", "ladder ", "drugs ", "condition ", "event ")
    names = [line.split()[1] for line in path.read_text(encoding="utf-8").splitlines() if line.startswith(words)]
    study = protocol_dsl.load(
        written(tmp_path, f'use {path.stem} ({", ".join(names)})\nmeasure height "Height" in cm\n')
    )
    found = study.model.vocabulary
    declared = {each.name for each in found.measures} | {each.name for each in found.ladders}
    declared |= {each.name for each in found.classes} | {each.name for each in found.conditions}
    assert declared | {each.name for each in found.events} == {*names, "height"}
