//! Portable documents against the published schemas, fixtures and vectors.

mod beside;
mod changes;
mod dates;
mod findings;
mod mapping;
mod published;
mod random;
mod reading;
mod reference;
mod samples;
mod scene;
mod support;
