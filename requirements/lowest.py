"""The lowest versions that ``pyproject.toml`` allows, for `./dev lock`; without Spark, which is 400 MB."""

import tomllib
from pathlib import Path

PYPROJECT = Path(__file__).parent.parent / "pyproject.toml"


def lowest() -> list[str]:
    """Requirements of one version each, ``scipy==1.12``."""
    project = tomllib.loads(PYPROJECT.read_text(encoding="utf-8"))["project"]
    extras = [each for name, each in project["optional-dependencies"].items() if name != "dev"]
    wanted = {each for some in (project["dependencies"], *extras) for each in some}
    return sorted(each.replace(">=", "==") for each in wanted if not each.startswith("pyspark"))


if __name__ == "__main__":
    print("\n".join(lowest()))
