//! What the crate promises, seen from outside.

mod check;
mod cj;
mod cj_properties;
mod depth;
mod floats;
mod properties;
mod refused;
mod store_form;
mod tree;
