"""What the pages of support ask for, where that is more than a QuerySet."""

from support.queries.case import CasePage, cases_about, cases_of, cases_to_show
from support.queries.colleagues import colleagues
from support.queries.overview import case_counts, number_in, overview

__all__ = [
    "CasePage",
    "case_counts",
    "cases_about",
    "cases_of",
    "cases_to_show",
    "colleagues",
    "number_in",
    "overview",
]
