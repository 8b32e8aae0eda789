"""Figures as a program of an operator reads them: over HTTP, by the parser of OpenMetrics."""

import urllib.request
from dataclasses import dataclass

from prometheus_client.openmetrics.parser import text_string_to_metric_families

OPEN_METRICS = "application/openmetrics-text; version=1.0.0"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scrape:
    """One answer: its media type, its words, and its samples by name and labels."""

    media: str
    text: str
    samples: dict[tuple[str, tuple[tuple[str, str], ...]], float]

    def value(self, name: str, **labels: str) -> float:
        """The sum of the samples of this name that have these labels."""
        wanted = set(labels.items())
        return sum(value for (one, found), value in self.samples.items() if one == name and wanted <= set(found))

    def labels(self, name: str, label: str) -> set[str]:
        """All values of a label."""
        return {dict(found)[label] for (one, found) in self.samples if one == name}


def scrape(port: int) -> Scrape:
    """What the process on this port gives out."""
    request = urllib.request.Request(f"http://127.0.0.1:{port}/metrics", headers={"accept": OPEN_METRICS})
    with urllib.request.urlopen(request, timeout=30) as answer:
        text = answer.read().decode()
        media = answer.headers["content-type"]
    samples = {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }
    return Scrape(media=media, text=text, samples=samples)
