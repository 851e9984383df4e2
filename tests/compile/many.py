"""Random studies by the thousand: ``python -m tests.compile.many --studies 1000 --seed 1`` counts what disagrees."""

from pathlib import Path
from tempfile import TemporaryDirectory

import click
from hypothesis import HealthCheck, Phase, given, seed, settings
from tests.compile.folders import write_folder
from tests.compile.plans import conduct, plans
from tests.compile.studies import Tables, protocols, tables
from tests.compile.test_agreement import AS_OF, require_agreement, study_of
from tests.compile.test_whole_agreement import AS_OF as LATER
from tests.compile.test_whole_agreement import require_whole_agreement


@click.command()
@click.option("--studies", default=100, show_default=True)
@click.option("--seed", "number", default=1, show_default=True)
@click.option("--whole", is_flag=True, help="Visits, cycles, deviations and queries too.")
def main(*, studies: int, number: int, whole: bool) -> None:
    """Judge random studies by both engines; the first that disagrees is shown by hypothesis, made small."""
    judged = [0, 0, 0]

    @seed(number)
    @settings(
        max_examples=studies,
        phases=[Phase.generate, Phase.shrink],
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(text=plans() if whole else protocols(), data=conduct() if whole else tables())
    def agree(text: str, data: Tables) -> None:
        with TemporaryDirectory() as place:
            folder = write_folder(Path(place) / "data", data.tables)
            study = study_of(text, Path(place))
            for as_of in (None, LATER if whole else AS_OF):
                judged[0] += 1
                judged[1] += len(data.tables["participants"])
                judged[2] += (require_whole_agreement if whole else require_agreement)(study, folder, as_of)

    agree()
    click.echo(f"{judged[0]:,} runs over {judged[1]:,} participants agree; columns judged {judged[2]:,} of them alone")


if __name__ == "__main__":
    main()
