"""Counting over participants."""

from attrs import Factory, define

from protocol_dsl.model.results import ParticipantResult, Summary


@define
class Tally:
    """Counts that grow with every participant; the only thing that is kept of one."""

    participants: int = 0
    verdicts: dict[str, int] = Factory(dict)
    deviations: int = 0
    important: int = 0
    queries: int = 0

    def count(self, result: ParticipantResult) -> None:
        """Count one participant."""
        self.participants += 1
        self.deviations += len(result.deviations)
        self.important += sum(deviation.grade == "important" for deviation in result.deviations)
        self.queries += len(result.queries)
        if result.eligibility is not None:
            verdict = result.eligibility.decisive.verdict
            self.verdicts[verdict] = self.verdicts.get(verdict, 0) + 1

    def summary(self, problems: int) -> Summary:
        """The counts, and ``problems`` of the data."""
        return Summary(
            participants=self.participants,
            eligible=self.verdicts.get("eligible", 0),
            not_eligible=self.verdicts.get("not eligible", 0),
            undetermined=self.verdicts.get("undetermined", 0),
            deviations=self.deviations,
            important=self.important,
            queries=self.queries,
            data_problems=problems,
        )
