"""The written content of the demo community, checked without a database."""

import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

CONTENT = Path(__file__).parents[2] / "app" / "cli" / "demo" / "content"
FACES = CONTENT.parent / "faces"
LATEST = timedelta(hours=7)  # The newest post stands at 07:00 on the day of the load.
OVERDUE = timedelta(hours=72)
DOCUMENTATION_ADDRESSES = ("192.0.2.", "198.51.100.", "203.0.113.")

pytestmark = pytest.mark.pure

Entry = dict[str, Any]


def read(name: str) -> Entry:
    return tomllib.loads((CONTENT / name).read_text(encoding="utf-8"))


PEOPLE = read("people.toml")
TOPICS = read("topics.toml")
QUESTIONS: list[Entry] = [
    question
    for path in sorted(CONTENT.glob("questions-*.toml"))
    for question in tomllib.loads(path.read_text(encoding="utf-8"))["question"]
]
EMPLOYEES: list[Entry] = PEOPLE["employee"]
CUSTOMERS: list[Entry] = [person for account in PEOPLE["account"] for person in account["person"]]
COMPANY_OF = {person["handle"]: account["key"] for account in PEOPLE["account"] for person in account["person"]}
EXPERTS = {person["handle"] for person in EMPLOYEES if person["role"] == "expert"}
HANDLES = [person["handle"] for person in EMPLOYEES + CUSTOMERS]


def moment(text: str) -> timedelta:
    """`P341D 08:40` as the time from midnight of the load day; negative for days before."""
    days, hours, minutes = re.fullmatch(r"P(\d+)D (\d\d):(\d\d)", text).groups()
    return timedelta(days=-int(days), hours=int(hours), minutes=int(minutes))


def span(text: str) -> timedelta:
    """`2d3h10m`, in any part of it, as a length of time."""
    days, hours, minutes = re.fullmatch(r"(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?", text).groups()
    return timedelta(days=int(days or 0), hours=int(hours or 0), minutes=int(minutes or 0))


def skeleton(handle: str) -> str:
    """What is left of a handle when look-alike characters are taken for the same."""
    folded = re.sub("[_-]", "", handle)
    for likeness, letter in (("0", "o"), ("1", "l"), ("i", "l"), ("rn", "m"), ("vv", "w"), ("5", "s")):
        folded = folded.replace(likeness, letter)
    return folded


def answers_of(question: Entry) -> list[Entry]:
    return question.get("answer", [])


def posts() -> Iterator[tuple[Entry, Entry, timedelta]]:
    """Every question and answer as (post, its question, when it was written)."""
    for question in QUESTIONS:
        asked = moment(question["asked"])
        yield question, question, asked
        for answer in answers_of(question):
            yield answer, question, asked + span(answer["after"])


def comments() -> Iterator[tuple[Entry, Entry, timedelta]]:
    """Every comment as (comment, the post below which it stands, when it was written)."""
    for post, _, written in posts():
        for comment in post.get("comment", []):
            yield comment, post, written + span(comment["after"])


def is_solved(question: Entry) -> bool:
    return any(answer.get("accepted") for answer in answers_of(question))


def words(text: str) -> int:
    return len(text.split())


def test_the_community_has_the_people_that_it_promises():
    roles = Counter(person["role"] for person in EMPLOYEES)

    assert [len(account["person"]) for account in PEOPLE["account"]] == [10, 7, 5, 3, 2, 1, 1, 1]
    assert roles == {"expert": 8, "steward": 2, "sales": 2, "admin": 1}
    assert {account["size"] for account in PEOPLE["account"]} == {"xs", "s", "m", "l", "xl"}


def test_each_sales_person_looks_after_accounts():
    sales = {person["handle"] for person in EMPLOYEES if person["role"] == "sales"}

    assert {account["owner"] for account in PEOPLE["account"]} == sales
    assert {account["backup"] for account in PEOPLE["account"] if "backup" in account} <= sales
    assert not any(account["owner"] == account.get("backup") for account in PEOPLE["account"])


def test_handles_are_allowed_and_cannot_be_taken_for_one_another():
    assert all(re.fullmatch(r"[a-z][a-z0-9_-]{2,29}", handle) for handle in HANDLES)
    assert len({skeleton(handle) for handle in HANDLES}) == len(HANDLES)


def test_addresses_are_plain_unique_and_on_the_domain_of_the_company():
    addresses = [person["email"] for person in EMPLOYEES + CUSTOMERS]

    assert len(set(addresses)) == len(addresses)
    assert all(re.fullmatch(r"[a-z-]+\.[a-z-]+@[a-z.-]+\.example", address) for address in addresses)
    assert all(person["email"].endswith("@" + PEOPLE["company"]["domain"]) for person in EMPLOYEES)
    for account in PEOPLE["account"]:
        assert all(person["email"].split("@")[1] in account["domains"] for person in account["person"])


def test_topics_are_complete_and_each_tag_is_used():
    tags = [tag["name"] for tag in TOPICS["tag"]]
    used = {tag for question in QUESTIONS for tag in question["tags"]}

    assert len(set(tags)) == len(tags) >= 30
    assert used == set(tags)
    assert {area for person in EMPLOYEES for area in person["areas"]} <= set(tags)
    assert all(tag["description"].endswith(".") for tag in TOPICS["tag"])


def test_there_are_eighty_questions_with_titles_and_keys_of_their_own():
    assert len(QUESTIONS) == 80
    for field in ("title", "key"):
        assert len({question[field].casefold() for question in QUESTIONS}) == 80
    assert all(15 <= len(question["title"]) <= 150 for question in QUESTIONS)


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question["key"])
def test_a_question_names_known_products_versions_and_tags(question):
    versions = {product["slug"]: product["versions"] for product in TOPICS["product"]}

    assert 1 <= len(question["tags"]) <= 5
    assert len(set(question["tags"])) == len(question["tags"])
    if "product" in question:
        assert question["version"] in versions[question["product"]]
    else:
        assert "version" not in question


def test_every_handle_belongs_to_somebody():
    named = [comment["author"] for comment, _, _ in comments()]
    for post, _, _ in posts():
        named += [post["author"], *post.get("helpful", []), *post.get("not_helpful", []), *post.get("works_for", [])]

    assert set(named) <= set(HANDLES)


def test_nobody_votes_twice_or_for_their_own_post():
    for post, _, _ in posts():
        voters = post.get("helpful", []) + post.get("not_helpful", [])
        assert len(set(voters)) == len(voters), post["body"][:60]
        assert post["author"] not in voters + post.get("works_for", []), post["body"][:60]


def test_at_most_one_answer_is_accepted_and_it_is_by_somebody_else():
    for question in QUESTIONS:
        accepted = [answer for answer in answers_of(question) if answer.get("accepted")]
        assert len(accepted) <= 1
        assert all(answer["author"] != question["author"] for answer in accepted)
        assert all(("accepted_after" in answer) == answer.get("accepted", False) for answer in answers_of(question))


def test_the_time_line_runs_forward_and_ends_on_the_morning_of_the_load():
    joined = {person["handle"]: -timedelta(days=int(person["joined"][1:-1])) for person in EMPLOYEES + CUSTOMERS}

    for post, _, written in [*posts(), *comments()]:
        assert joined[post["author"]] < written <= LATEST, post["body"][:60]
        assert "after" not in post or span(post["after"]) > timedelta(0)
        assert written + span(post.get("accepted_after", "0m")) <= LATEST, post["body"][:60]
    assert min(moment(question["asked"]) for question in QUESTIONS) < -timedelta(days=330)


def test_comments_of_a_post_stand_in_the_order_in_which_they_were_written():
    for post, _, _ in posts():
        times = [span(comment["after"]) for comment in post.get("comment", [])]
        assert times == sorted(times)


def test_most_questions_are_answered_and_some_wait():
    answered = [question for question in QUESTIONS if answers_of(question)]
    solved = [question for question in QUESTIONS if is_solved(question)]
    overdue = [question for question in QUESTIONS if question not in answered and too_old_to_wait(question)]

    assert 0.70 <= len(answered) / 80 <= 0.85
    assert 0.55 <= len(solved) / 80 <= 0.65
    assert len(overdue) >= 3
    assert len({COMPANY_OF[question["author"]] for question in overdue}) >= 3


def too_old_to_wait(question: Entry) -> bool:
    return LATEST - moment(question["asked"]) > OVERDUE


def test_most_answers_are_by_experts_and_customers_help_other_companies():
    authors = [(answer["author"], question["author"]) for answer, question, _ in posts() if answer is not question]
    peers = [(COMPANY_OF[helper], COMPANY_OF[asker]) for helper, asker in authors if helper not in EXPERTS]

    assert 10 <= len(peers) < len(authors) / 2
    assert all(helper != asker for helper, asker in peers)


def test_much_of_it_is_recent():
    days_ago = [-moment(question["asked"]).days for question in QUESTIONS]

    assert sum(days <= 30 for days in days_ago) >= 30
    assert days_ago.count(0) >= 3
    assert days_ago.count(1) >= 3


def test_texts_have_the_length_of_what_people_write():
    for post, question, _ in posts():
        assert 40 <= words(post["body"]) <= 230, (question["key"], post["author"], words(post["body"]))
    for comment, _, _ in comments():
        assert 8 <= words(comment["body"]) <= 45, (comment["author"], comment["body"])


def test_an_answer_says_first_what_to_do():
    answers = [post for post, question, _ in posts() if post is not question]

    assert all(re.match(r"\s*\*\*[^*]+\*\*", answer["body"]) for answer in answers)


def test_no_two_questions_open_alike():
    openings = [" ".join(question["body"].split()[:3]).casefold() for question in QUESTIONS]

    assert len(set(openings)) == len(openings)


def test_network_addresses_are_those_set_aside_for_documentation():
    written = "\n".join(post["body"] for post, _, _ in [*posts(), *comments()])

    addresses = re.findall(r"\b\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}\b", written)
    assert all(address.startswith(DOCUMENTATION_ADDRESSES) for address in addresses)


def test_code_fences_are_closed():
    assert all(post["body"].count("```") % 2 == 0 for post, _, _ in posts())


def test_every_expert_has_a_face_and_every_face_is_small_and_somebodys():
    faces = {path.stem: path.stat().st_size for path in FACES.glob("*.webp")}

    assert EXPERTS <= set(faces) <= set(HANDLES)
    assert max(faces.values()) <= 12_000
