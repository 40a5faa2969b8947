//! Escapes: what a command in a scope may try, what comes of it, and what is seen of it.
//!
//! Every attempt is made by a small C program, under the helper, as root where the tests are root, and as an ordinary
//! user. What this machine cannot hold or see, as the probe says, is skipped with its reason.

mod alone;
mod elsewhere;
mod endings;
mod exact;
mod files;
mod links;
mod metadata;
mod network;
mod own;
mod processes;
mod proxy;
mod scene;
