//! The tests of the client, and the snapshots of its surface. They share one process; a test that needs its own starts it
//! (`gofive_tests::child`), and `Cargo.toml` lists the other binaries.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed, as it should")]

mod architecture;
mod attempt_timeout;
mod attempts;
mod blocking;
mod contradictions;
mod conversions;
mod custom_requests;
mod drift;
mod envelopes;
mod error_bodies;
mod failures;
mod fuzzing;
mod hostile;
mod json_schema;
mod learning;
mod limits;
mod own_client;
mod paging;
mod paths;
mod promises;
mod properties;
mod proxies;
mod recorder;
mod redirects;
mod requests;
mod responses;
mod retries;
mod runtimes;
mod sandbox;
mod scalars;
mod secrets;
mod settings;
mod sizes;
mod static_session;
mod structure;
mod success;
mod surface;
mod testing_guide;
mod times;
mod tls;
mod token;
mod token_cache;
mod token_failures;
mod webhook_receiver;
mod webhooks;
mod words;
mod workspace;
