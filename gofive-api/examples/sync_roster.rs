//! Keeps a roster up to date with empeo, and prints who was added, changed, or removed since the last run.
//!
//! ```console
//! $ cargo run --example sync_roster --all-features
//! $ cargo run --example sync_roster --all-features -- roster.json "Name of the company"
//! ```

mod support;

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use futures_util::TryStreamExt as _;
use gofive_api::empeo::{Empeo, Employee, EmployeeWorkStatus, GetEmployeesListRequest};
use gofive_api::{Error, ErrorKind};
use gofive_sandbox::RecordKind;
use serde_json::{Value, json};
use support::{Connection, Outcome};

/// All employees by their number: what is saved from one run to the next.
type Roster = BTreeMap<String, Employee>;

#[tokio::main]
async fn main() -> ExitCode {
    support::end(run().await, "The roster was not brought up to date.", advice)
}

async fn run() -> Outcome {
    let Connection { gofive, is_sandbox, embedded } = support::connect().await?;
    let mut arguments = std::env::args().skip(1);
    let path = arguments.next().map_or_else(|| default_path(is_sandbox), PathBuf::from);
    let company = arguments.next().unwrap_or_else(|| "empeo Dev Test".to_owned());

    let Some(sandbox) = embedded else {
        return sync(&gofive.empeo(), &company, 500, &path).await;
    };
    // Pages of two only show paging at work.
    sandbox.replace_records(RecordKind::EmpeoEmployees, staff_in_january())?;
    sync(&gofive.empeo(), &company, 2, &path).await?;
    println!("\nTime passes: one is hired, one promoted, one leaves, one is removed from the list.");
    sandbox.replace_records(RecordKind::EmpeoEmployees, staff_in_february())?;
    sync(&gofive.empeo(), &company, 2, &path).await
}

async fn sync(empeo: &Empeo, company: &str, page_size: u32, path: &Path) -> Outcome {
    println!("\nFetching the employees of “{company}”");
    let before = load(path)?;
    let now = fetch(empeo, company, page_size).await?;
    print_changes(&before, &now);
    print_summary(&now);
    save(&now, path)?;
    println!("Saved in {}", path.display());
    Ok(())
}

async fn fetch(empeo: &Empeo, company: &str, page_size: u32) -> Result<Roster, Error> {
    let request = GetEmployeesListRequest::builder().company_name(company).fields("WorkInfo").build();
    let mut pages = empeo.get_employees_list_pages(&request).page_size(page_size);
    let mut roster = Roster::new();
    while let Some(page) = pages.try_next().await? {
        println!("  {} of at most {page_size}", page.len());
        let known = roster.len();
        for employee in page {
            match number(&employee) {
                Some(number) => {
                    roster.insert(number, employee);
                }
                None => println!("  skipped, because it has no number: {}", name(&employee)),
            }
        }
        // A server that ignores the index sends the same page for ever.
        if roster.len() == known {
            break;
        }
    }
    Ok(roster)
}

fn print_changes(before: &Roster, now: &Roster) {
    let (mut added, mut changed) = (0, 0);
    for (number, employee) in now {
        let left = if has_left(employee) { " (has left)" } else { "" };
        match before.get(number) {
            None => {
                added += 1;
                println!("  + {number} {}{left}", name(employee));
            }
            Some(old) if old != employee => {
                changed += 1;
                println!("  ~ {number} {}{left}: {}", name(employee), changed_properties(old, employee).join(", "));
            }
            Some(_) => {}
        }
    }
    let removed: Vec<_> = before.iter().filter(|(number, _)| !now.contains_key(*number)).collect();
    for (number, employee) in &removed {
        println!("  - {number} {}", name(employee));
    }
    let same = now.len() - added - changed;
    println!("Since the last run: {added} added, {changed} changed, {} removed, {same} unchanged.", removed.len());
}

fn print_summary(roster: &Roster) {
    let count = |is: fn(&Employee) -> bool| roster.values().filter(|employee| is(employee)).count();
    let (left, without_email) = (count(has_left), count(|employee| email(employee).is_none()));
    println!("On the roster: {}, of whom {left} left and {without_email} without an e-mail address.", roster.len());
}

/// The names only: the values are personal data, and what is printed ends up in logs.
fn changed_properties(old: &Employee, new: &Employee) -> Vec<String> {
    let (old, new) = (leaves(old), leaves(new));
    let mut names: Vec<_> = old.keys().chain(new.keys()).filter(|name| old.get(*name) != new.get(*name)).collect();
    names.sort();
    names.dedup();
    names.into_iter().cloned().collect()
}

/// Every property by its path, `workingInformation.position`.
fn leaves(employee: &Employee) -> BTreeMap<String, Value> {
    fn collect(path: &str, value: Value, leaves: &mut BTreeMap<String, Value>) {
        let Value::Object(properties) = value else {
            leaves.insert(path.to_owned(), value);
            return;
        };
        for (name, value) in properties {
            let path = if path.is_empty() { name } else { format!("{path}.{name}") };
            collect(&path, value, leaves);
        }
    }
    let mut leaves = BTreeMap::new();
    collect("", json!(employee), &mut leaves);
    leaves
}

/// Blanks around the number have been seen.
fn number(employee: &Employee) -> Option<String> {
    let number = employee.employee_ref_id.as_deref()?.trim();
    Some(number.to_owned()).filter(|number| !number.is_empty())
}

/// The name in English or, where that is empty, in Thai.
fn name(employee: &Employee) -> String {
    let join = |first: &Option<String>, last: &Option<String>| {
        let parts = [first, last].into_iter().flatten().map(|part| part.trim()).filter(|part| !part.is_empty());
        parts.collect::<Vec<_>>().join(" ")
    };
    let english = join(&employee.first_name_en, &employee.last_name_en);
    if english.is_empty() { join(&employee.first_name, &employee.last_name) } else { english }
}

/// Those who have left stay on empeo's list.
fn has_left(employee: &Employee) -> bool {
    let work = employee.working_information.as_ref();
    work.and_then(|work| work.status_id) == Some(EmployeeWorkStatus::TERMINATED)
}

fn email(employee: &Employee) -> Option<&str> {
    employee.working_information.as_ref()?.email_address.as_deref().filter(|address| !address.trim().is_empty())
}

fn default_path(is_sandbox: bool) -> PathBuf {
    let name = if is_sandbox { "gofive-sandbox-roster.json" } else { "gofive-roster.json" };
    let path = std::env::temp_dir().join(name);
    if is_sandbox {
        // Each sandbox starts with a roster of its own; the first time it has no file.
        let _ = fs::remove_file(&path);
    }
    path
}

fn load(path: &Path) -> Outcome<Roster> {
    match fs::read(path) {
        Ok(json) => serde_json::from_slice(&json).map_err(|error| format!("{}: {error}", path.display()).into()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Roster::new()),
        Err(error) => Err(format!("{}: {error}", path.display()).into()),
    }
}

/// Replaces the old roster only after the new one is written, in a file that only this user can read.
fn save(roster: &Roster, path: &Path) -> Outcome {
    let draft = path.with_extension("new");
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options.open(&draft).map_err(serde_json::Error::io);
    written
        .and_then(|file| serde_json::to_writer_pretty(file, roster))
        .map_err(|error| format!("{}: {error}", draft.display()))?;
    fs::rename(&draft, path)?;
    Ok(())
}

fn staff_in_january() -> Vec<Value> {
    vec![
        employee(
            "1001",
            "John Doe",
            &json!({ "statusId": 2, "position": "Clerk", "emailAddress": "john@example.com" }),
        ),
        employee("1002", "Bob Name", &json!({ "statusId": 2, "position": "Driver", "emailAddress": null })),
        employee("1003", "Jane Doe", &json!({ "statusId": 1, "position": "Cook", "emailAddress": "jane@example.com" })),
        employee("1004", "Alice Name", &json!({ "statusId": 3, "position": "Guard" })),
    ]
}

fn staff_in_february() -> Vec<Value> {
    vec![
        employee("1001", "John Doe", &json!({ "statusId": 2, "position": "Head", "emailAddress": "john@example.com" })),
        employee("1002", "Bob Name", &json!({ "statusId": 3, "position": "Driver", "dateTermination": "2025-01-31" })),
        employee("1003", "Jane Doe", &json!({ "statusId": 1, "position": "Cook", "emailAddress": "jane@example.com" })),
        employee("1005", "Max Name", &json!({ "statusId": 4, "position": "Guard" })),
    ]
}

fn employee(number: &str, name: &str, work: &Value) -> Value {
    let (first, last) = name.split_once(' ').unwrap_or((name, ""));
    json!({ "employeeRefId": number, "firstNameEN": first, "lastNameEN": last, "workingInformation": work })
}

fn advice(error: &Error) -> Option<&'static str> {
    match error.kind() {
        ErrorKind::Validation | ErrorKind::Business => {
            Some("Is the name of the company that of your tenant? Give it as the second argument, after the file.")
        }
        _ => None,
    }
}
