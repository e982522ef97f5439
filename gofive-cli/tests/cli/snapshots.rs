//! What people see: help, tables and failures of a dozen operations.

use std::fmt::Write as _;

use crate::gofive::gofive;

/// The name of each snapshot, and its command line.
const LINES: [(&str, &str); 26] = [
    ("help", "--help"),
    ("help_venio", "venio --help"),
    ("help_add_case", "venio add-case --help"),
    ("help_add_case_short", "venio add-case -h"),
    ("help_get_product", "venio get-product --help"),
    ("help_get_products_by_filter", "venio get-products-by-filter --help"),
    ("help_authorize", "venio authorize --help"),
    ("help_get_employees_list", "empeo get-employees-list --help"),
    ("help_api", "api --help"),
    ("help_login", "login --help"),
    ("help_doctor", "doctor --help"),
    ("help_sandbox", "sandbox --help"),
    ("help_webhook_listen", "webhook listen --help"),
    ("table_get_product", "--sandbox -o table venio get-product A001"),
    ("table_enquire_employees", "--sandbox -o table venio enquire-employees --limit 3"),
    (
        "table_get_products_by_filter",
        "--sandbox -o table venio get-products-by-filter --product-type product --status 1 --take 5",
    ),
    ("skeleton_add_case", "venio add-case --skeleton"),
    ("dry_run_get_customer_events", "venio get-customer-events --customer-code C000154 --dry-run"),
    ("failure_not_found", "--sandbox venio get-product NONE"),
    ("failure_not_found_verbose", "--sandbox --verbose venio get-product NONE"),
    ("failure_not_found_json", "--sandbox --errors json venio get-product NONE"),
    ("failure_missing_properties", "venio add-case --subject x"),
    ("failure_unknown_value", "venio add-case --case-type nonsense"),
    ("failure_unknown_flag", "venio add-case --subjct x"),
    ("failure_unknown_operation", "venio add-cse"),
    ("failure_no_credentials", "venio get-product A001"),
];

#[test]
fn people_see_the_same_as_before() {
    for (name, line) in LINES {
        let run = gofive(line);
        let mut seen = format!("$ gofive {line}\n{}", run.stdout);
        if !run.stderr.is_empty() {
            let _ = write!(seen, "[standard error]\n{}", run.stderr);
        }
        if run.code != 0 {
            let _ = writeln!(seen, "[exit code {}]", run.code);
        }
        // Windows adds the extension of programs.
        let seen = seen.replace("gofive.exe", "gofive");
        insta::with_settings!({prepend_module_to_snapshot => false, omit_expression => true}, {
            insta::assert_snapshot!(name, seen);
        });
    }
}
