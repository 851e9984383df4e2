"""The files for editors speak the language as it is: its words, and snippets that can be read."""

import json
import re
import subprocess
from pathlib import Path
from shutil import which

import pytest

from protocol_dsl.base.source import Text
from protocol_dsl.project.study import load
from protocol_dsl.project.texts import SUFFIXES
from protocol_dsl.syntax.keywords import declaration_words
from protocol_dsl.syntax.layout import laid_out
from protocol_dsl.syntax.parse import parse

ROOT = Path(__file__).parents[2]
EXTENSION = ROOT / "editors" / "vscode"
SNIPPETS = json.loads((EXTENSION / "snippets" / "protocol.json").read_text(encoding="utf-8"))
PLACEHOLDER = re.compile(r"\$\{[0-9]+(?::([^}]*)|\|([^,|]*)[^|]*\|)\}|\$0")


def filled(body: str | list[str]) -> str:
    """A snippet with its placeholders filled by their defaults, a choice by its first."""
    lines = [body] if isinstance(body, str) else body
    return PLACEHOLDER.sub(lambda place: place[1] or place[2] or "", "\n".join(lines)) + "\n"


def test_every_declaration_has_a_snippet() -> None:
    assert sorted(SNIPPETS) == sorted(declaration_words()), "see editors/vscode/snippets/protocol.json"


@pytest.mark.parametrize("word", sorted(SNIPPETS))
def test_a_snippet_can_be_read_and_is_laid_out(word: str) -> None:
    snippet = SNIPPETS[word]
    content = filled(snippet["body"])
    found = parse(Text(word, content))
    assert [each.message for each in found.diagnostics] == []
    assert len(found.file.declarations) == 1
    assert content.startswith(word)
    assert snippet["prefix"] == word
    assert laid_out(Text(word, content)).content == content


def test_the_extension_takes_files_by_both_endings() -> None:
    package = json.loads((EXTENSION / "package.json").read_text(encoding="utf-8"))
    (language,) = package["contributes"]["languages"]
    assert tuple(language["extensions"]) == SUFFIXES
    assert re.search(language["firstLine"], 'protocol ANRS123 "A title"')
    for place in (language["configuration"], *(each["path"] for each in package["contributes"]["grammars"])):
        assert json.loads((EXTENSION / place).read_text(encoding="utf-8"))


def test_a_line_in_column_0_indents_the_next_and_no_other_does() -> None:
    configuration = json.loads((EXTENSION / "language-configuration.json").read_text(encoding="utf-8"))
    rules = configuration["indentationRules"]
    assert all(re.search(rules["increaseIndentPattern"], f"{word} x") for word in declaration_words())
    assert not any(re.search(rules["increaseIndentPattern"], line) for line in ("  assess cd4", "# visit", ""))
    assert configuration["folding"]["offSide"] is True


def test_the_lock_of_the_extension_names_versions_and_hashes_and_no_address() -> None:
    text = (EXTENSION / "package-lock.json").read_text(encoding="utf-8")
    lock = json.loads(text)["packages"]
    wanted = json.loads((EXTENSION / "package.json").read_text(encoding="utf-8"))["devDependencies"]
    assert "resolved" not in text
    assert "://" not in text
    assert {f"node_modules/{name}" for name in wanted} <= set(lock)
    assert all(entry["integrity"].startswith("sha512-") for name, entry in lock.items() if name)


@pytest.mark.parametrize("name", ["protocols/anrs123.proto", "src/protocol_dsl/library/hiv.proto", "a.protocol"])
def test_code_hosts_do_not_take_a_protocol_for_protocol_buffers(name: str) -> None:
    git = which("git")
    if git is None or not (ROOT / ".git").exists():
        pytest.skip("not a git checkout, so no attributes of files")
    asked = [git, "check-attr", "linguist-language", "gitlab-language", "text", "eol", "--", name]
    ran = subprocess.run(asked, cwd=ROOT, capture_output=True, check=True, text=True)  # noqa: S603 - fixed words
    told = dict(line.split(": ")[1:] for line in ran.stdout.splitlines())
    assert told == {"linguist-language": "Text", "gitlab-language": "text", "text": "set", "eol": "lf"}


def test_the_page_about_editors_gives_the_attributes_of_this_project() -> None:
    page = (ROOT / "docs" / "editors.md").read_text(encoding="utf-8")
    attributes = (ROOT / ".gitattributes").read_text(encoding="utf-8").splitlines()
    shown = [line for line in page.splitlines() if line.startswith("*.proto")]
    assert len(shown) == 2
    assert set(shown) <= set(attributes)


def test_a_library_beside_a_protocol_may_have_the_second_ending(tmp_path: Path) -> None:
    (tmp_path / "own.protocol").write_text(
        'library own "Own"\n  language 1\ndrugs d "D"\n  members x\n', encoding="utf-8"
    )
    protocol = tmp_path / "trial.protocol"
    protocol.write_text('protocol T "T"\n  language 1\nuse own (d)\n', encoding="utf-8")
    assert [each.name for each in load(protocol).model.vocabulary.classes] == ["d"]
