//! The Store contract: what every driver must do, one function per promise.
//!
//! A driver's test binary gives [`store_contract!`](crate::store_contract) something that makes a
//! [`StoreFixture`] and gets one named test per case. Nothing here knows a driver.

pub mod append;
pub mod close;
pub mod fences;
pub mod guards;
pub mod kinds;
pub mod listing;
pub mod locks;
pub mod lookup;
pub mod payloads;
pub mod start;
pub mod transactions;
pub mod travel;
pub mod work;
pub mod worked;

use std::fmt::Debug;

use motus_ledger::{LedgerError, Run, Store};

use crate::TestLedger;
use crate::sample::{ANY_OBJECT, new_run};

#[cfg(test)]
mod tests;

/// A Store of a driver, empty at first, that can be opened more than once.
pub trait StoreFixture {
    /// Opens the Store; a handle sees what other handles committed before.
    fn open(&self) -> Box<dyn Store>;
}

/// Makes one `#[test]` per case; the argument is evaluated anew in each.
#[macro_export]
macro_rules! store_contract {
    ($fixture:expr) => {
        $crate::store_contract! { @cases $fixture;
            start: [
                a_started_run_is_stored_as_asked,
                starting_again_returns_the_same_run,
                starting_again_works_on_a_closed_run,
                a_start_key_stands_for_one_request,
                a_start_key_belongs_to_source_and_producer,
                a_start_names_its_first_blank_field,
                texts_of_a_run_are_kept_verbatim,
            ]
            kinds: [
                registering_twice_keeps_one_version,
                registering_an_old_version_does_not_make_it_latest,
                only_optional_fields_may_be_added,
                evolution_is_measured_against_the_latest_version,
                kinds_do_not_see_each_other,
                a_kind_needs_a_name,
                versions_are_visited_in_order_of_registration,
                our_kinds_are_pinned_to_what_the_store_has,
            ]
            append: [
                events_are_numbered_without_gaps_per_run,
                an_event_is_stored_with_its_digests,
                appending_again_returns_the_same_event,
                appending_again_works_on_a_closed_run,
                an_event_key_stands_for_one_event,
                a_closed_run_takes_no_event,
                checks_come_in_the_published_order,
                an_append_names_its_first_blank_field,
                an_event_may_be_pinned_to_an_old_version,
                payloads_are_checked_in_the_published_order,
                a_refused_append_leaves_no_gap,
            ]
            close: [
                closing_fills_the_end_columns,
                closing_again_returns_the_same_run,
                closing_otherwise_is_a_conflict,
                an_unknown_run_cannot_be_closed,
                a_close_names_its_first_blank_field,
            ]
            transactions: [
                a_dropped_transaction_changes_nothing,
                a_failed_operation_changes_nothing,
                a_writer_sees_its_own_rows,
                a_commit_is_seen_by_other_handles,
                a_commit_outlives_its_handle,
                uncommitted_rows_are_invisible_to_others,
                a_reader_keeps_its_view,
                operations_commit_together,
            ]
            fences: [
                the_holder_writes_under_the_lock,
                nobody_else_writes_under_the_lock,
                a_lock_is_taken_with_what_is_written_under_it,
                a_clock_that_jumps_gives_no_token_twice,
            ]
            guards: [
                a_run_is_inserted_once,
                an_event_is_inserted_once,
                an_event_needs_its_run_and_version,
                a_kind_version_is_inserted_once,
                a_closed_run_is_final,
            ]
            listing: [
                runs_are_listed_newest_first,
                a_limit_and_a_key_page_through_all_runs,
                runs_are_filtered_by_source_and_state,
                a_prefix_finds_identifiers_literally,
            ]
            locks: [
                a_free_resource_is_locked_with_token_one,
                a_renewal_keeps_token_and_beginning,
                a_held_lock_is_refused_to_others,
                an_expired_lock_is_taken_with_the_next_token,
                a_lock_expires_at_its_very_end,
                a_released_lock_is_taken_with_the_next_token,
                tokens_grow_across_release_and_expiry,
                a_fence_is_that_of_the_present_holder,
                a_release_ends_the_tenure_once,
                a_release_does_not_move_an_end_that_has_passed,
                a_lock_needs_a_time_that_can_end,
                a_lock_names_its_first_blank_field,
                tokens_end_where_the_store_cannot_count,
                times_with_fractions_are_compared_as_times,
                a_clock_that_is_set_back_frees_no_lock,
                locks_belong_to_their_resource,
                locks_are_listed_in_pages,
            ]
            lookup: [
                an_empty_store_answers_with_nothing,
                events_are_visited_in_order_until_told_to_stop,
                events_whose_kind_begins_so_are_left_out,
                an_event_key_is_looked_up_in_its_run,
                a_run_is_found_by_its_whole_key,
                a_kind_version_is_found_by_its_whole_name,
            ]
            payloads: [
                payloads_survive_verbatim,
                undecodable_numbers_of_old_rows_survive,
                no_new_payload_holds_such_numbers,
                odd_keys_and_producers_survive,
            ]
            travel: [
                runs_are_walked_oldest_first,
                pages_hold_each_run_once,
                an_older_version_leaves_the_latest_one,
                older_versions_are_visited_first,
                the_only_version_is_the_latest,
                an_older_version_is_inserted_once,
            ]
            work: [
                a_run_is_found_by_source_and_key,
                the_last_event_is_the_one_appended_last,
                open_runs_without_a_lock_are_told_from_others,
                a_task_is_claimed_by_one_lease,
                work_is_handed_from_one_to_another,
            ]
            worked: [
                the_published_export_is_reproduced,
                the_published_receipt_is_reproduced,
                the_published_projections_are_reproduced,
            ]
        }
    };
    (@cases $fixture:expr; $($module:ident: [$($case:ident,)*])*) => {
        $($(
            #[test]
            fn $case() {
                let fixture = $fixture;
                $crate::contract::$module::$case(&fixture);
            }
        )*)*
    };
}

/// Opens the fixture's Store with one run and the kind `note`, which takes every object.
fn with_run(fixture: &dyn StoreFixture) -> (TestLedger, Run) {
    let mut ledger = TestLedger::new(fixture.open());
    let run = ledger.start(&new_run("k1")).expect("the run starts");
    ledger.register("note", ANY_OBJECT).expect("the kind is registered");
    (ledger, run)
}

/// Expects a refusal with exactly this code and text.
#[track_caller]
fn refused<T: Debug>(result: Result<T, LedgerError>, code: &str, text: &str) {
    let error = result.expect_err("the operation is refused");
    assert_eq!((error.code(), error.to_string().as_str()), (code, text));
}
