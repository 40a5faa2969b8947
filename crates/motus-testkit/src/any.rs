//! Generators: any value of a kind, from small worlds in which things meet.
//!
//! For properties, here and in the tests of other crates. What is generated comes from the seed of the runner
//! alone.

mod effects;

use motus_json::{Object, Value};
use motus_kernel::Digest;
use proptest::collection::vec;
use proptest::prelude::*;

use crate::bundle::{Parts, Shape, shaped};

pub use effects::{almost_a_selector, effects};

/// Text that is hard to spell.
pub fn text() -> impl Strategy<Value = String> {
    let character = prop_oneof![
        4 => proptest::char::range(' ', '~'),
        1 => proptest::char::range('\0', '\u{1f}'),
        1 => proptest::sample::select(vec!['"', '\\', '\u{7f}', '\u{fffd}', '\u{10000}', 'é']),
        1 => any::<char>(),
    ];
    vec(character, 0..10).prop_map(String::from_iter)
}

/// A document that has a canonical text.
pub fn value() -> impl Strategy<Value = Value> {
    let scalar = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        text().prop_map(Value::from),
    ];
    scalar.prop_recursive(5, 60, 20, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..6).prop_map(Value::from),
            vec((text(), inner), 0..20).prop_map(|members| Object::from_iter(members).into()),
        ]
    })
}

/// A digest of something.
pub fn digest() -> impl Strategy<Value = Digest> {
    any::<[u8; 4]>().prop_map(|seed| Digest::of(&[&seed]))
}

/// A number from 0 to 1000.
pub fn permille() -> impl Strategy<Value = u16> {
    0..=1000_u16
}

/// A list and the same in another order.
pub fn shuffled<T: Clone + std::fmt::Debug>(
    lists: impl Strategy<Value = Vec<T>>,
) -> impl Strategy<Value = (Vec<T>, Vec<T>)> {
    lists.prop_flat_map(|list| (Just(list.clone()), Just(list).prop_shuffle()))
}

/// Any scenario that verifies, with at most so many entries of each kind.
pub fn scenario(most: usize) -> impl Strategy<Value = Parts> {
    (vec(0..=most, 11), text()).prop_map(|(counts, text)| {
        #[rustfmt::skip]
        let [events, records, skills, evidence, artifacts, lens_items, effects, checks, gates, children, errors] =
            counts.try_into().expect("a count for each kind");
        #[rustfmt::skip]
        let shape = Shape {
            events, records, skills, evidence, artifacts, lens_items, effects, checks, gates, children,
            errors, text,
        };
        shaped(&shape)
    })
}
