"""The main work of each role in browsers that run no script; only what is done with a passkey has them."""

import pytest

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
    proving.both_coordinators_register_a_passkey,
    proving.the_operator_pins_both_passkeys,
    applying.a_visitor_asks_for_an_account,
    applying.an_empty_form_names_every_required_field_and_keeps_what_was_typed,
    applying.the_application_is_filled_in_and_filed,
    applying.ipa_returns_it_with_a_remark,
    applying.the_applicant_corrects_it,
    applying.ipa_accepts_it,
    agreeing.the_applicant_answers_the_mailed_sample,
    agreeing.ipa_passes_it_on,
    agreeing.jpcert_concludes_it,
    connecting.the_contact_signs_in,
    connecting.a_wrong_certificate_is_refused_by_name,
    connecting.the_right_one_is_proved_with_gpg,
    connecting.a_coordinator_compares_the_fingerprint,
    drilling.a_coordinator_begins_one,
    drilling.the_contact_opens_and_answers_it,
    drilling.its_times_are_seen,
    connecting.trial_operation_begins,
    passing_on.the_contact_reads_the_explanatory_pack,
    finding.the_contact_lists_products,
    advising.a_wrong_draft_names_each_field_and_keeps_what_was_typed,
    advising.the_draft_is_written,
    advising.the_developer_is_consulted_and_the_draft_submitted,
    advising.ipa_records_its_own_consultation,
    advising.the_second_coordinator_sees_every_condition_and_releases,
    receiving.the_contact_reads_the_notice,
    receiving.the_code_of_the_encrypted_mail_is_the_receipt,
    answering.the_contact_answers_and_tells_of_passing_on,
    passing_on.the_contact_makes_a_package_for_a_member,
    passing_on.the_member_confirms_by_the_link_once,
    surveying.ipa_words_the_next_version,
    asking.the_contact_asks_about_the_notice,
    asking.a_coordinator_answers_all,
    receiving.a_follow_up_and_a_withdrawal_arrive,
    surveying.the_contact_answers_for_an_operator_and_hands_out_a_link,
    surveying.a_member_answers_by_the_link_without_an_account,
    surveying.ipa_reads_the_results,
    counting.the_contact_sees_what_the_scheme_did,
    counting.ipa_and_jpcert_see_all_figures,
    receiving.the_auditor_finds_who_did_it,
    receiving.everybody_goes_home,
)
WITH_A_PASSKEY = {
    proving.both_coordinators_register_a_passkey,
    connecting.a_coordinator_compares_the_fingerprint,
    advising.the_developer_is_consulted_and_the_draft_submitted,
    advising.the_second_coordinator_sees_every_condition_and_releases,
    receiving.a_follow_up_and_a_withdrawal_arrive,
}


@pytest.mark.browser
@pytest.mark.soak
def test_everybody_does_the_main_work_without_a_script(stage: Stage) -> None:
    for step in STEPS:
        stage.scripts_run(on=step in WITH_A_PASSKEY)
        step(stage)
        stage.nothing_is_wrong()
