//! What the kernel promises, seen from outside.

mod allocations;
mod byte_flips;
mod effect_compress;
mod effect_cover;
mod effect_model;
mod effect_samples;
mod effect_selectors;
mod fuzz;
mod golden;
mod linear;
mod projection;
mod properties;
mod runner;
mod scenarios;
mod scores;
mod vectors;
