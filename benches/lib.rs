//! Measurements of the client beside its peers; `cargo xtask bench` runs them and writes BENCHMARKS.md.
