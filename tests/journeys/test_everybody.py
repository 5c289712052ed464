"""Everybody's way through the hub as it is served, from the first account to the last sign-out."""

import os
from pathlib import Path

import pytest

from hub.app import create_app
from tests.journeys import (
    advising,
    agreeing,
    answering,
    applying,
    asking,
    connecting,
    counting,
    drilling,
    finding,
    keeping,
    looking_after,
    passing_on,
    proving,
    receiving,
    staffing,
    surveying,
)
from tests.journeys.stage import Stage

STEPS = (
    staffing.the_administrator_invites_the_staff,
    staffing.each_sets_up_the_account_from_the_mail,
    staffing.nobody_lets_anybody_back_in_alone,
    staffing.a_stranger_does_not_get_in,
    proving.both_coordinators_register_a_passkey,
    proving.who_cancels_or_has_one_already_is_told_so_on_the_page,
    proving.a_coordinator_steps_up_and_signs_in_with_it,
    proving.a_coordinator_looks_after_the_account,
    proving.the_operator_pins_both_passkeys,
    proving.two_coordinators_sign_that_a_reviewer_is_pinned,
    applying.a_visitor_asks_for_an_account,
    applying.a_visitor_reads_about_the_scheme,
    applying.an_empty_form_names_every_required_field_and_keeps_what_was_typed,
    applying.the_application_is_filled_in_and_filed,
    applying.ipa_returns_it_with_a_remark,
    applying.the_applicant_corrects_it,
    applying.ipa_accepts_it,
    applying.ipa_records_to_whom_the_scheme_was_announced,
    applying.jpcert_keeps_the_list_of_sectors,
    agreeing.the_applicant_answers_the_mailed_sample,
    agreeing.ipa_passes_it_on,
    agreeing.jpcert_concludes_it,
    looking_after.the_agreement_is_amended_and_renewed,
    connecting.the_contact_signs_in,
    connecting.a_wrong_certificate_is_refused_by_name,
    connecting.the_right_one_is_proved_with_gpg,
    connecting.a_coordinator_compares_the_fingerprint,
    drilling.no_trial_begins_without_a_drill,
    drilling.a_coordinator_begins_one,
    drilling.the_contact_opens_and_answers_it,
    drilling.its_times_are_seen,
    connecting.trial_operation_begins,
    connecting.the_contact_makes_a_taxii_client,
    connecting.a_coordinator_approves_the_new_telephone_number,
    looking_after.the_contact_names_a_deputy_who_leaves_again,
    looking_after.the_contact_keeps_the_roster_and_the_requirements,
    looking_after.a_problem_is_told_and_solved,
    passing_on.the_contact_reads_the_explanatory_pack,
    looking_after.a_body_without_an_application_needs_two_people,
    finding.the_contact_lists_products,
    finding.the_contact_takes_more_from_a_file,
    finding.a_coordinator_reads_the_list,
    advising.a_wrong_draft_names_each_field_and_keeps_what_was_typed,
    advising.the_draft_is_written,
    advising.a_vector_is_put_together_and_what_was_not_saved_is_offered_again,
    advising.the_draft_is_seen_as_its_recipients_will,
    advising.the_developer_is_consulted_and_the_draft_submitted,
    advising.nobody_releases_what_they_wrote,
    advising.ipa_records_its_own_consultation,
    advising.the_second_coordinator_sees_every_condition_and_releases,
    advising.a_document_of_others_is_imported,
    advising.it_turns_out_to_be_the_same_matter_and_then_not,
    receiving.the_contact_reads_the_notice,
    receiving.the_code_of_the_encrypted_mail_is_the_receipt,
    finding.a_coordinator_finds_the_advisory,
    finding.the_contact_finds_the_notice,
    answering.silence_ends_on_the_call_list,
    answering.a_call_is_recorded,
    answering.the_rules_of_reminding_are_changed,
    answering.the_contact_answers_and_tells_of_passing_on,
    answering.the_board_tells_of_it,
    passing_on.the_contact_makes_a_package_for_a_member,
    passing_on.the_member_confirms_by_the_link_once,
    passing_on.the_contact_looks_for_the_members_certificate,
    surveying.the_notice_leads_to_a_questionnaire_that_comes_later,
    surveying.ipa_words_the_next_version,
    receiving.nothing_is_to_be_confirmed_before_the_hour,
    receiving.ipa_records_that_the_finder_was_told,
    receiving.a_leak_is_recorded_and_decided_on,
    asking.the_contact_asks_about_the_notice,
    asking.a_coordinator_answers_all,
    asking.the_contact_reports_a_leak,
    asking.ipa_and_jpcert_work_on_it,
    receiving.a_follow_up_and_a_withdrawal_arrive,
    receiving.the_contact_is_told_what_remains,
    surveying.the_contact_answers_for_an_operator_and_hands_out_a_link,
    surveying.a_member_answers_by_the_link_without_an_account,
    surveying.ipa_reads_the_results,
    counting.the_contact_sees_what_the_scheme_did,
    counting.ipa_and_jpcert_see_all_figures,
    keeping.a_coordinator_holds_a_record_and_lets_it_go,
    keeping.the_contact_reads_the_own_part_of_the_log,
    looking_after.the_body_leaves_and_certifies_the_destruction,
    receiving.the_auditor_finds_who_did_it,
    receiving.everybody_goes_home,
)
WITHOUT_A_MOUSE = {  # the whole procedure, where the pages are looked at closely
    applying.__name__,
    agreeing.__name__,
    connecting.__name__,
    drilling.__name__,
    looking_after.__name__,
}
CERTIFICATE = {"hub_certificate.armoured", "hub_certificate.policy", "hub_certificate.directory"}
DOWNLOADS = {
    "applications.attachment",
    "figures.as_csv",
    "figures.as_pdf",
    "figures.our_csv",
    "figures.our_pdf",
    "filling.file",
    "filling.paper",
    "scheme.blank_form",
    "scheme.roster_template",
    "agreements.document",
    "log.as_csv",
    "agreements.sample",
    "renewals.amendment",
    "destructions.document",
    "notices.stix_bundle",
    "pack.file",
    "own_log.file",
    "previews.document",
    "products.template",
}
CALENDARS = {"notices.publication_file", "matters.publication_file"}
FILES = CERTIFICATE | DOWNLOADS | CALENDARS | {"static"}
RULES = {"mailrules.sieve_file", "mailrules.thunderbird_file"}
GIVEN_UP = {"outbox.again", "outbox.all_again"}  # they ask about dead letters, and here nothing dies
WORDS = {"health.lives", "health.ready"}  # one word each, for what watches over the process
NO_PAGES = (
    FILES | RULES | GIVEN_UP | WORDS | {"language.choose", "bodies.mine"}
)  # the last two lead on to others


@pytest.mark.browser
@pytest.mark.soak
def test_everybody_goes_through_every_page_without_a_complaint(stage: Stage) -> None:
    """Axe looks at each page, at two widths; who joins has no mouse. HUB_JOURNEY=quick leaves that out."""
    stage.walk.closely = os.environ.get("HUB_JOURNEY") != "quick"
    stage.walk.pictures = Path(os.environ["HUB_SCREENS"]) if "HUB_SCREENS" in os.environ else None
    for step in STEPS:
        stage.walk.has_mouse = not stage.walk.closely or step.__module__ not in WITHOUT_A_MOUSE
        step(stage)
        stage.nothing_is_wrong()
    assert _unseen(stage) == set()


def _unseen(stage: Stage) -> set[str]:
    """Return the pages of the application that nobody opened."""
    app = create_app(stage.config)
    rules = [rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())]
    pages = {rule.endpoint for rule in rules} - NO_PAGES
    adapter, seen = app.url_map.bind("localhost"), set()
    for path in stage.walk.paths:
        if adapter.test(path, method="GET"):
            seen.add(adapter.match(path, method="GET")[0])
    return pages - seen
