"""What an application still lacks: told step by step, from a list that is policy; nothing waits for it."""

from pathlib import Path
from typing import Any

from applications import POLICY
from huangxi import Huangxi, accepted, huangxi, refused
from identification.cases.evidence.findings import EvidenceRequirement
from papers import APPLICATIONS, attach, photo


def missing(village: Huangxi, application: str) -> dict[str, Any]:
    answer = village.ask("officer", f"{APPLICATIONS}/{application}/missing-evidence")
    assert answer.status_code == 200, answer.json()
    found: dict[str, Any] = answer.json()
    return found


def test_what_is_asked_for_is_missing_until_one_of_its_kinds_is_attached_at_whatever_step(village: Huangxi) -> None:
    (application,) = village.file()
    told = missing(village, application)
    # It applied because of illness and schooling, not of disability.
    assert [(each["step"], each["any_of"][0], each["cause"], each["is_due"]) for each in told["missing"]] == [
        (1, "income_verification_form", None, True),
        (1, "medical_booklet", "cause_illness", True),
        (1, "school_roll_proof", "cause_schooling", True),
        (4, "home_visit_log", None, False),
        (4, "dwelling_photo", None, False),
        (6, "safe_water_report", None, False),
    ]
    assert told["needs_confirmation"] is True
    assert (told["missing"][3]["step_zh"], told["missing"][3]["step_en"]) == ("村级审核", "village verification")

    accepted(attach(village, application, photo(), kind="reimbursement_settlement", step=4))
    wrong = accepted(attach(village, application, photo(), kind="home_visit_log"))
    lacking = [each["any_of"][0] for each in missing(village, application)["missing"]]
    assert lacking == ["income_verification_form", "school_roll_proof", "dwelling_photo", "safe_water_report"]

    accepted(village.send("officer", f"{wrong}/supersession", {"on": "2015-06-02", "reason": "wrong_file"}))
    assert "home_visit_log" in [each["any_of"][0] for each in missing(village, application)["missing"]]


def test_a_step_is_due_once_it_has_come_and_nothing_waits_for_evidence(village: Huangxi) -> None:
    ids = village.bring(village.file(), to=5)

    due = {each["step"]: each["is_due"] for each in missing(village, ids[0])["missing"]}
    assert due == {1: True, 4: True, 6: False}


def test_what_lies_elsewhere_is_not_found(village: Huangxi) -> None:
    (application,) = village.file()

    refused(village.ask("neighbour", f"{APPLICATIONS}/{application}/missing-evidence"), 404, "not-found")


def test_every_list_in_policy_names_kinds_of_the_catalogue_and_steps_of_a_procedure() -> None:
    lists = [entry.value for entry in POLICY if entry.name == "evidence_required"]
    steps = {step["name"] for entry in POLICY if entry.name == "identification_chain" for step in entry.value["steps"]}

    assert lists
    assert {EvidenceRequirement.model_validate(each).step for one in lists for each in one} <= steps


def test_without_a_list_in_policy_that_is_said(tmp_path: Path) -> None:
    folder = tmp_path / "policy"
    folder.mkdir()
    for file in (Path(__file__).parents[3] / "policy" / "identification").iterdir():
        text = file.read_text("utf-8")
        (folder / file.name).write_text(text.replace("- name: evidence_required", "- name: evidence_once"), "utf-8")
    with huangxi(f"sqlite:///{tmp_path / 'village.db'}", tmp_path, policy_folder=folder) as village:
        (application,) = village.file()
        answer = village.ask("officer", f"{APPLICATIONS}/{application}/missing-evidence")

        assert "list of evidence that is asked for" in refused(answer, 409, "policy-missing")["detail"]
