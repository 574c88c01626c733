"""What the doors of support ask for, where that is more than a QuerySet."""

from support.queries.case import CasePage, cases_about, cases_of, cases_to_show
from support.queries.colleagues import colleagues
from support.queries.named import Subject, colleague_named, subject_named, team_named, unfinished_about
from support.queries.overview import case_counts, latest_cases, number_in, overview
from support.queries.read import with_story

__all__ = [
    "CasePage",
    "Subject",
    "case_counts",
    "cases_about",
    "cases_of",
    "cases_to_show",
    "colleague_named",
    "colleagues",
    "latest_cases",
    "number_in",
    "overview",
    "subject_named",
    "team_named",
    "unfinished_about",
    "with_story",
]
