"""What is said when a page is refused before it is reached."""

import pytest
from django.test import Client


@pytest.mark.django_db
def test_a_form_without_its_token_is_refused_on_a_page_of_the_desk() -> None:
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post("/sign-in/", {"username": "ana@example.test", "password": "x"})
    assert answer.status_code == 403
    assert "403_csrf.html" in [template.name for template in answer.templates]
