"""Renders the report as one self-contained HTML page."""

from itertools import groupby
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from backprop.markup import code_spans

from ..texts import visible
from . import charts, formats
from .alike import FEWEST, RUN
from .class_report import ClassReport


def page(report: ClassReport) -> str:
    """Return the HTML page for a `ClassReport`; the same report gives the same text.

    The template escapes all values. As a second line of defence, the page's content security
    policy forbids scripts and all external resources.
    """
    template = _environment().get_template("page.html")
    order = [one.exercise for one in report.exercises]
    by_exercise = {
        exercise: list(group)
        for exercise, group in groupby(
            sorted(report.mistakes, key=lambda one: order.index(one.exercise)),
            key=lambda one: one.exercise,
        )
    }
    text = template.render(
        report=report,
        by_exercise=by_exercise,
        charts=charts,
        run=RUN,
        fewest=FEWEST,
        numbers={one: place for place, one in enumerate(report.mistakes, start=1)},
    )
    return visible(text)


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {
        "number": formats.number,
        "percent": formats.percent,
        "signed": formats.signed,
        "count": formats.count,
        "code_spans": lambda text: Markup(code_spans(text)),
    }
    return environment
