//! The work is in proportion to the bundle: how often memory is asked for is counted, not the time.
//!
//! The count is exact, whatever else the machine does: each thread counts its own, and the kernel starts none.
#![expect(unsafe_code, reason = "an allocator that counts has to be an allocator")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use motus_kernel::policy::Rules;
use motus_kernel::verify::verify_bundle;
use motus_testkit::bundle::{Shape, shaped};

/// The system's allocator, with a count for each thread.
struct Counting;

thread_local! {
    /// Needs no memory of its own and nothing to be done at the end of a thread.
    static COUNT: Cell<u64> = const { Cell::new(0) };
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn count() {
    COUNT.set(COUNT.get() + 1);
}

// SAFETY: each call is handed on to the system's allocator as it is, with its layout and its pointer; counting
// touches a number of the thread and asks for no memory.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count();
        // SAFETY: the caller keeps the promises of `alloc`, which are those of the system's.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        count();
        // SAFETY: as above.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count();
        // SAFETY: as above; the pointer came from the system's allocator.
        unsafe { System.realloc(pointer, layout, size) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: as above; the pointer came from the system's allocator.
        unsafe { System.dealloc(pointer, layout) }
    }
}

/// Returns how often verification of a scenario asks for memory.
#[track_caller]
fn asked(shape: &Shape) -> u64 {
    let (bundle, policy) = (shaped(shape).bundle(), Rules::published_default());
    let (report, asked) = counted(|| verify_bundle(&bundle, &policy));
    assert_eq!(report.failures, []);
    asked
}

/// Returns what some work gives, and how often it asks for memory.
pub(crate) fn counted<T>(work: impl FnOnce() -> T) -> (T, u64) {
    let before = COUNT.get();
    let given = work();
    (given, COUNT.get() - before)
}

#[track_caller]
fn steps(shape: fn(usize) -> Shape) -> [u64; 2] {
    steps_of(|entries| asked(&shape(entries)))
}

/// Measures with so many entries of one kind, twice and four times as many, and returns both steps. The second
/// is of twice as many entries; what compared each with every other would make it four times the first. Trees
/// and lists that grow do not ask for the same each time.
#[track_caller]
pub(crate) fn steps_of(asked: impl Fn(usize) -> u64) -> [u64; 2] {
    const COUNT: usize = 400;
    let [once, twice, four_times] = [1, 2, 4].map(|times| asked(times * COUNT));
    let steps = [twice - once, four_times - twice];
    let [first, second] = steps;
    assert!(second <= 2 * first + first / 4 + 40, "{first} times, then {second}");
    steps
}

#[test]
fn the_allocator_counts() {
    let before = COUNT.get();
    let bytes = std::hint::black_box(Vec::<u8>::with_capacity(7));
    assert_eq!(COUNT.get() - before, 1);
    drop(bytes);
    assert_eq!(COUNT.get() - before, 1);
}

/// A usual line asks for nothing; a batch of some two dozen lines does, once.
#[test]
fn events_ask_for_next_to_nothing() {
    for shape in [
        |records| Shape { records, ..Shape::default() },
        |events| Shape { events, ..Shape::default() },
    ] {
        let [_, second] = steps(shape);
        assert!(second * 10 < 800, "{second} times for 800 events");
    }
}

#[test]
fn every_other_kind_asks_in_proportion() {
    steps(|skills| Shape { skills, ..Shape::default() });
    steps(|evidence| Shape { evidence, ..Shape::default() });
    steps(|artifacts| Shape { artifacts, ..Shape::default() });
    steps(|lens_items| Shape { lens_items, ..Shape::default() });
    steps(|effects| Shape { effects, ..Shape::default() });
    steps(|checks| Shape { checks, ..Shape::default() });
    steps(|gates| Shape { gates, ..Shape::default() });
    steps(|children| Shape { children, ..Shape::default() });
    steps(|errors| Shape { errors, ..Shape::default() });
}
