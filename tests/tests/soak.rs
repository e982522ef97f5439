//! The soak, for some seconds. `cargo xtask soak` runs it for as long as wanted.

use gofive_tests::soak::{self, Plan};

#[test]
fn a_session_survives_all_faults_together() {
    let report = soak::run(&Plan { calls: 2_500, seed: 7 }).unwrap();
    assert!(report.holds(), "{report}");
}
