"""Which status a record had on a day: dated steps, steps without a day, present statuses, and what is not known."""

from __future__ import annotations

import itertools
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from creditrules.diagnostics import RecordError, Text
from creditrules.records.binding import Feed, bind
from creditrules.records.case import ENTRY, Case
from creditrules.records.history import NO_STATUS, Step, Timeline
from creditrules.records.values import civil_date

COMPANY = "91999999MA00000A9R"
FEED = Feed("black_list", Text("黑名单", "the black list"), "entry")
ANY = frozenset({"active", "disputed", "suspended", "repaired", "removed", "revoked", NO_STATUS})
"""Nothing is known: every status of an entry, and none."""


def day(text: str) -> date:
    return date.fromisoformat(text)


def entry_on(on: str, *, complete: bool = False, **fields: Any) -> frozenset[str]:
    """The statuses that an entry may have had on a day, as a policy with one feed sees them."""
    entry = {"id": "E-1", "subject": {"uscc": COMPANY}, "source": "black_list", "fetched_at": "2020-06-30", **fields}
    answer = {"name": "black_list", "answered": True, "about": "everybody", "fetched_at": "2020-06-30"}
    case = Case.from_dict(
        {
            "application": {"id": "A-1", "matter": "construction_permit", "received_on": "2020-06-01"},
            "subject": {"uscc": COMPANY},
            "entries": [entry],
            "sources": [{**answer, "history_complete": complete}],
        }
    )
    (binding,) = (b for b in bind(case, feeds=(FEED,), as_of=day("2020-06-30")).many["entry"] if not b.unknown)
    assert binding.timeline is not None
    return binding.timeline.status_on(day(on))


def application_on(on: str, **fields: Any) -> frozenset[str]:
    """The statuses that an application may have had on a day."""
    application = {"id": "A-1", "matter": "construction_permit", "received_on": "2020-06-01", **fields}
    facts = bind(
        Case.from_dict({"application": application, "subject": {"uscc": COMPANY}}), feeds=(), as_of=day("2020-06-30")
    )
    assert facts.about.timeline is not None
    return facts.about.timeline.status_on(day(on))


def finding_on(on: str, **fields: Any) -> frozenset[str]:
    """The statuses that a finding may have had on a day."""
    finding = {"id": "F-1", "subject": {"uscc": COMPANY}, **fields}
    case = Case.from_dict({"about": "finding", "subject": {"uscc": COMPANY}, "findings": [finding]})
    timeline = bind(case, feeds=(), as_of=day("2020-06-30")).about.timeline
    assert timeline is not None
    return timeline.status_on(day(on))


REPAIRED_ON_3_JUNE = [{"status": "active", "from": "2020-01-01"}, {"status": "repaired", "from": "2020-06-03"}]
DISPUTED_IN_MARCH = [
    {"status": "active", "from": "2020-01-01"},
    {"status": "disputed", "from": "2020-03-01", "until": "2020-03-31"},
]


class TestDatedSteps:
    @pytest.mark.parametrize(
        ("on", "status"),
        [("2020-01-01", "active"), ("2020-06-02", "active"), ("2020-06-03", "repaired"), ("2020-06-04", "repaired")],
    )
    def test_a_step_lasts_until_the_day_before_the_next_begins(self, on: str, status: str) -> None:
        assert entry_on(on, history=REPAIRED_ON_3_JUNE) == {status}

    def test_the_present_status_does_not_hide_the_history(self) -> None:
        """For a replay, an entry repaired on 3 June was in force on 1 June."""
        assert entry_on("2020-06-01", status="repaired", history=REPAIRED_ON_3_JUNE) == {"active"}

    @pytest.mark.parametrize(
        ("on", "status"),
        [("2020-02-29", "active"), ("2020-03-01", "disputed"), ("2020-03-31", "disputed"), ("2020-04-01", "active")],
    )
    def test_after_its_own_last_day_the_step_before_holds_again(self, on: str, status: str) -> None:
        assert entry_on(on, history=DISPUTED_IN_MARCH) == {status}

    def test_two_suspensions_each_give_way_to_what_stood_before(self) -> None:
        history = [
            {"status": "active", "from": "2020-01-01"},
            {"status": "suspended", "from": "2020-02-01", "until": "2020-02-29"},
            {"status": "suspended", "from": "2020-04-01", "until": "2020-04-30"},
            {"status": "removed", "from": "2020-06-01"},
        ]
        seen = [entry_on(f"2020-{m:02}-15", history=history) for m in range(1, 7)]
        assert seen == [{"active"}, {"suspended"}, {"active"}, {"suspended"}, {"active"}, {"removed"}]

    def test_a_step_that_ended_inside_a_later_one_does_not_come_back(self) -> None:
        """The objection ended while the suspension ran; when the suspension ends, the entry is active."""
        history = [
            {"status": "active", "from": "2020-01-01"},
            {"status": "disputed", "from": "2020-02-01", "until": "2020-03-15"},
            {"status": "suspended", "from": "2020-03-01", "until": "2020-03-31"},
        ]
        assert entry_on("2020-03-20", history=history) == {"suspended"}
        assert entry_on("2020-04-01", history=history) == {"active"}

    def test_days_before_the_first_step_are_unknown_unless_the_feed_declares_its_history_complete(self) -> None:
        assert entry_on("2019-12-31", history=REPAIRED_ON_3_JUNE) == ANY
        assert entry_on("2019-12-31", complete=True, history=REPAIRED_ON_3_JUNE) == {NO_STATUS}

    def test_an_empty_history_that_is_not_complete_says_nothing(self) -> None:
        assert entry_on("2020-06-01", history=[]) == ANY
        assert entry_on("2020-06-01", complete=True, history=[]) == {NO_STATUS}

    def test_a_leap_day_is_a_day_like_any_other(self) -> None:
        history = [{"status": "active", "from": "2020-02-29"}, {"status": "removed", "from": "2020-03-01"}]
        assert [entry_on(d, complete=True, history=history) for d in ("2020-02-28", "2020-02-29", "2020-03-01")] == [
            {NO_STATUS},
            {"active"},
            {"removed"},
        ]

    def test_a_pending_step_has_not_begun(self) -> None:
        history = [{"status": "active", "from": "2020-01-01"}, {"status": "removed", "from": "pending"}]
        assert entry_on("2020-06-30", history=history) == {"active"}

    def test_a_step_that_is_open_ended_never_ends_by_itself(self) -> None:
        history = [{"status": "active", "from": "2020-01-01", "until": "open"}]
        assert entry_on("9998-12-31", history=history) == {"active"}

    def test_the_order_in_which_dated_steps_are_given_does_not_matter(self) -> None:
        for order in itertools.permutations([*DISPUTED_IN_MARCH, {"status": "removed", "from": "2020-05-01"}]):
            assert [
                entry_on(d, history=list(order)) for d in ("2020-02-01", "2020-03-05", "2020-04-05", "2020-05-05")
            ] == [
                {"active"},
                {"disputed"},
                {"active"},
                {"removed"},
            ]


class TestStepsWithoutADay:
    def test_a_repair_without_a_day_had_happened_when_the_source_was_asked(self) -> None:
        history = [{"status": "active", "from": "2020-01-01"}, {"status": "repaired"}]
        assert entry_on("2020-03-01", history=history) == {"active", "repaired"}
        assert entry_on("2020-06-29", history=history) == {"active", "repaired"}
        assert entry_on("2020-06-30", history=history) == {"repaired"}

    def test_a_step_without_a_day_lies_between_its_neighbours(self) -> None:
        history = [
            {"status": "active", "from": "2020-01-01"},
            {"status": "disputed"},
            {"status": "repaired", "from": "2020-05-01"},
        ]
        assert entry_on("2020-03-01", complete=True, history=history) == {"active", "disputed"}
        assert entry_on("2020-05-01", complete=True, history=history) == {"repaired"}
        assert entry_on("2019-12-31", complete=True, history=history) == {NO_STATUS}

    def test_a_later_step_that_began_shows_that_the_earlier_one_had_begun(self) -> None:
        """Listed on an unknown day, disputed in March: after the objection the entry is active for certain."""
        history = [{"status": "active"}, {"status": "disputed", "from": "2020-03-01", "until": "2020-03-31"}]
        assert entry_on("2020-02-01", complete=True, history=history) == {NO_STATUS, "active"}
        assert entry_on("2020-03-31", complete=True, history=history) == {"disputed"}
        assert entry_on("2020-04-01", complete=True, history=history) == {"active"}

    def test_a_suspension_without_a_first_day_still_ends_on_its_last(self) -> None:
        history = [{"status": "active", "from": "2020-01-01"}, {"status": "suspended", "until": "2020-03-31"}]
        assert entry_on("2020-03-31", history=history) >= {"suspended"}
        assert entry_on("2020-04-01", history=history) == {"active"}


class TestPresentStatus:
    def test_active_counts_from_the_day_of_listing(self) -> None:
        assert entry_on("2020-01-01", status="active", effective_from="2020-01-01") == {"active"}
        assert entry_on("2019-12-31", status="active", effective_from="2020-01-01") == ANY

    def test_the_first_day_of_an_active_entry_is_never_taken_from_the_day_of_a_change(self) -> None:
        """Back from a suspension since 1 May; that says nothing about the day of listing."""
        assert entry_on("2020-05-02", status="active", status_since="2020-05-01") == ANY
        assert entry_on("2020-06-30", status="active", status_since="2020-05-01") == {"active"}

    @pytest.mark.parametrize("status", ["disputed", "suspended", "removed", "revoked"])
    def test_any_other_status_counts_from_the_day_on_which_it_began(self, status: str) -> None:
        assert entry_on("2020-05-01", status=status, status_since="2020-05-01") == {status}
        assert entry_on("2020-04-30", status=status, status_since="2020-05-01") == ANY

    def test_a_repair_is_dated_by_its_own_day_before_the_day_of_the_change(self) -> None:
        given_ = {"status": "repaired", "repaired_on": "2020-04-01", "status_since": "2020-05-01"}
        assert entry_on("2020-04-01", **given_) == {"repaired"}
        assert entry_on("2020-05-01", status="repaired", status_since="2020-05-01") == {"repaired"}

    def test_a_repair_without_any_day_still_takes_effect_when_the_source_was_asked(self) -> None:
        assert entry_on("2020-06-30", status="repaired") == {"repaired"}
        assert entry_on("2020-06-29", status="repaired") == ANY

    def test_what_was_fetched_later_says_nothing_about_an_earlier_day(self) -> None:
        assert entry_on("2020-06-14", status="disputed", fetched_at="2020-06-15") == ANY
        assert entry_on("2020-06-15", status="disputed", fetched_at="2020-06-15") == {"disputed"}

    def test_a_suspension_ends_by_itself_and_what_follows_is_not_known(self) -> None:
        given_ = {"status": "suspended", "status_since": "2020-02-01", "suspended_until": "2020-03-31"}
        assert entry_on("2020-03-31", **given_) == {"suspended"}
        assert entry_on("2020-04-01", **given_) >= {"active", NO_STATUS}

    def test_the_end_of_a_suspension_does_not_end_another_status(self) -> None:
        given_ = {"status": "removed", "status_since": "2020-02-01", "suspended_until": "2020-03-31"}
        assert entry_on("2020-06-30", **given_) == {"removed"}

    def test_an_entry_that_gives_neither_history_nor_status_may_have_had_any(self) -> None:
        assert entry_on("2020-06-30", effective_from="2020-01-01") == ANY


class TestApplicationsAndFindings:
    @pytest.mark.parametrize(
        ("on", "status"),
        [("2020-05-31", NO_STATUS), ("2020-06-01", "received"), ("2020-06-04", "received"), ("2020-06-05", "accepted")],
    )
    def test_an_application_without_history_was_received_and_then_accepted(self, on: str, status: str) -> None:
        assert application_on(on, accepted_on="2020-06-05") == {status}

    def test_acceptance_on_an_unknown_day_may_have_happened_on_any_day_from_receipt(self) -> None:
        assert application_on("2020-05-31") == {NO_STATUS}
        assert application_on("2020-06-01") == {"received", "accepted"}
        assert application_on("2030-01-01") == {"received", "accepted"}

    def test_acceptance_that_is_pending_has_not_happened(self) -> None:
        assert application_on("2030-01-01", accepted_on="pending") == {"received"}

    def test_accepted_on_the_day_of_receipt_is_accepted(self) -> None:
        assert application_on("2020-06-01", accepted_on="2020-06-01") == {"accepted"}

    def test_a_history_replaces_the_two_days(self) -> None:
        history = [{"status": "received", "from": "2020-06-01"}, {"status": "granted", "from": "2020-06-20"}]
        assert application_on("2020-06-10", accepted_on="2020-06-05", history=history) == {"received"}
        assert application_on("2020-06-20", accepted_on="2020-06-05", history=history) == {"granted"}
        assert application_on("2020-05-31", history=history) == {NO_STATUS}

    @pytest.mark.parametrize(
        ("on", "status"), [("2020-05-31", NO_STATUS), ("2020-06-01", "effective"), ("2020-06-02", "effective")]
    )
    def test_a_finding_without_history_is_effective_from_its_day(self, on: str, status: str) -> None:
        assert finding_on(on, effective_on="2020-06-01") == {status}

    def test_a_finding_whose_effect_is_pending_or_not_known(self) -> None:
        assert finding_on("2020-06-30", effective_on="pending") == {NO_STATUS}
        assert finding_on("2020-06-30") == {NO_STATUS, "effective"}

    def test_a_finding_that_was_revoked_was_effective_before(self) -> None:
        history = [{"status": "effective", "from": "2020-06-01"}, {"status": "revoked", "from": "2020-06-20"}]
        assert [finding_on(d, history=history) for d in ("2020-05-31", "2020-06-19", "2020-06-20")] == [
            {NO_STATUS},
            {"effective"},
            {"revoked"},
        ]


class TestBeijing:
    """Dates are civil dates in Asia/Shanghai."""

    @pytest.mark.parametrize(
        ("instant", "civil"),
        [
            ("2020-06-02T15:59:59Z", "2020-06-02"),
            ("2020-06-02T16:00:00Z", "2020-06-03"),
            ("2020-06-03T00:00:00+08:00", "2020-06-03"),
            ("2020-06-02T23:59:59+08:00", "2020-06-02"),
            ("2020-02-28T16:30:00Z", "2020-02-29"),
            ("2021-02-28T16:30:00Z", "2021-03-01"),
            ("2020-12-31T16:00:00Z", "2021-01-01"),
            ("2020-06-03T01:00:00+14:00", "2020-06-02"),
            ("1988-06-30T15:00:00Z", "1988-07-01"),  # summer time: nine hours ahead
            ("1988-12-31T15:00:00Z", "1988-12-31"),
        ],
    )
    def test_an_instant_is_the_civil_day_in_beijing(self, instant: str, civil: str) -> None:
        assert civil_date(instant) == day(civil)

    def test_a_repair_half_an_hour_after_midnight_in_beijing_belongs_to_the_new_day(self) -> None:
        late = [{"status": "active", "from": "2020-01-01"}, {"status": "repaired", "from": "2020-06-02T16:30:00Z"}]
        assert entry_on("2020-06-02", history=late) == {"active"}
        assert entry_on("2020-06-03", history=late) == {"repaired"}


STATUSES = sorted(ANY - {NO_STATUS})
FIRST = date(2020, 1, 1)
DAYS = [FIRST + timedelta(days=n) for n in range(8)]
steps_with_days = st.lists(
    st.tuples(st.sampled_from(STATUSES), st.sampled_from(DAYS), st.none() | st.sampled_from(DAYS)),
    max_size=5,
    unique_by=lambda s: s[1],
)


def true_status(steps: list[tuple[str, date, date | None]], on: date) -> str:
    """The status on a day of a complete history, straight from the sentence in the docs."""
    running = [(begun, status) for status, begun, until in steps if begun <= on and (until is None or on <= until)]
    return max(running)[1] if running else NO_STATUS


@given(steps_with_days, st.sampled_from(DAYS))
def test_a_complete_dated_history_gives_the_latest_step_that_still_runs(
    steps: list[tuple[str, date, date | None]], on: date
) -> None:
    history = [
        {"status": status, "from": begun.isoformat(), **({} if until is None else {"until": until.isoformat()})}
        for status, begun, until in steps
    ]
    assert entry_on(on.isoformat(), complete=True, history=history) == {true_status(steps, on)}


@given(
    st.lists(st.tuples(st.sampled_from(STATUSES), st.none() | st.sampled_from(DAYS)), min_size=1, max_size=4),
    st.sampled_from(DAYS),
    st.sampled_from(DAYS),
)
def test_what_is_possible_is_what_some_dating_of_the_undated_steps_gives(
    steps: list[tuple[str, date | None]], asked: date, on: date
) -> None:
    """Steps without a day are dated in every way that keeps their order and puts them no later than the asking."""
    before = FIRST - timedelta(days=1)
    choices = [[given] if given else [before, *(d for d in DAYS if d <= asked)] for _, given in steps]
    datings = [c for c in itertools.product(*choices) if list(c) == sorted(c)]
    assume(datings)
    told = Timeline(
        tuple(Step(s, given, None if given else asked) for s, given in steps), frozenset({NO_STATUS})
    ).status_on(on)
    actual = set()
    for dating in datings:
        begun = [status for (status, _), first in zip(steps, dating, strict=True) if first <= on]
        actual.add(begun[-1] if begun else NO_STATUS)
    assert told == actual


def test_the_statuses_of_an_entry_are_those_that_this_file_names() -> None:
    assert ENTRY.history is not None
    assert frozenset(ENTRY.history.statuses) | {NO_STATUS} == ANY


class TestContradiction:
    """A source that has the day of a repair and still says `active` has told two things; nobody is burdened by a guess."""

    @staticmethod
    def told(**fields: object) -> Case:
        entry = {
            "id": "E-1", "subject": {"uscc": "91999999MA00000A9R"}, "source": "black_list", "fetched_at": "2020-06-05",
            "status": "active", "effective_from": "2019-03-01",
        }  # fmt: skip
        return Case.from_dict({
            "application": {"id": "A-1", "matter": "construction_permit", "received_on": "2020-06-01"},
            "subject": {"uscc": "91999999MA00000A9R"}, "entries": [entry | fields],
        })  # fmt: skip

    @pytest.mark.parametrize("repaired", ["2020-06-03", "2020-06-05"])
    def test_an_active_entry_with_a_repair_that_the_source_knew_is_refused_at_the_repair(self, repaired: str) -> None:
        with pytest.raises(RecordError) as error:
            self.told(repaired_on=repaired)
        assert [(d.code, d.path) for d in error.value.diagnostics] == [("CR-R028", "entries[0].repaired_on")]

    @pytest.mark.parametrize(
        "fields",
        [
            {"repaired_on": "pending"},
            {"repaired_on": "2020-06-06"},
            {"repaired_on": "2020-06-03", "status": "repaired"},
            {
                "repaired_on": "2020-06-03",
                "history": [{"status": "repaired", "from": "2020-06-03"}, {"status": "active", "from": "2020-06-04"}],
            },
        ],
    )
    def test_what_does_not_contradict_itself_is_read(self, fields: dict[str, object]) -> None:
        assert self.told(**fields).entries[0].id == "E-1"

    @pytest.mark.parametrize(
        ("fields", "place"),
        [
            ({"status": "repaired"}, "status"),
            ({"status": "revoked"}, "status"),
            ({"status": "disputed"}, "status"),
            ({"status": None, "repaired_on": "2020-06-03"}, "repaired_on"),
        ],
    )
    def test_a_present_status_that_the_history_does_not_end_in_is_refused(
        self, fields: dict[str, object], place: str
    ) -> None:
        with pytest.raises(RecordError) as error:
            self.told(history=[{"status": "active", "from": "2019-03-01"}], **fields)
        assert [(d.code, d.path) for d in error.value.diagnostics] == [("CR-R028", f"entries[0].{place}")]

    def test_a_suspension_that_ends_before_it_begins_is_refused(self) -> None:
        with pytest.raises(RecordError, match="CR-R028"):
            self.told(status="suspended", status_since="2020-06-01", suspended_until="2020-05-31")
