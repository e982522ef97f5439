//! The reports of `cargo xtask diff` on single edits of the frozen spec, and its comments on three pull requests.

mod table;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use semver::Version;
use spec_tools::Sources;
use spec_tools::diff::{Format, Report, Snapshot, Step, version};

use self::table::{CASE, Edit, TABLE, further_edits};
use crate::frozen::{edit, edit_behind, frozen, frozen_and_built, frozen_group, frozen_product, only};
use crate::{check_in_parallel, snapshot};

/// The comment on a pull request from `base` to `new`.
fn comment(base: &Snapshot, new: &Snapshot) -> String {
    let mut report = spec_tools::diff::compare(base, new).unwrap();
    let from = Version::new(0, 1, 0);
    report.base = "main".into();
    report.version = Some(Step { to: version::needed(&from, report.class), from });
    report.render(Format::Markdown)
}

#[test]
fn a_comment_shows_added_and_removed_endpoints() {
    let mut without = frozen_product("empeo");
    let path = "  /empeo/api/v1/masters/custom-fields:\n    $ref: 'master.yaml#/paths/~1empeo~1api~1v1~1masters~1custom-fields'\n";
    edit(&mut without, "empeo/openapi.yaml", path, "");
    let without = Snapshot::built(&without).unwrap();
    let with = Snapshot::built(&frozen_product("empeo")).unwrap();
    snapshot("diff", "endpoint-added", &comment(&without, &with));
    snapshot("diff", "endpoint-removed", &comment(&with, &without));
}

#[test]
fn a_comment_shows_a_renamed_property() {
    let mut new = frozen_product("venio");
    edit_behind(&mut new, CASE, "    AddCaseRequest:\n", "        note:\n", "        remark:\n");
    let comment = comment(&venio(), &Snapshot::built(&new).unwrap());
    snapshot("diff", "property-renamed", &comment);
}

#[test]
fn a_comment_shows_an_edited_description() {
    let mut new = frozen_product("venio");
    edit(&mut new, CASE, "Opens a case: a request of a customer", "Opens a case: a complaint of a customer");
    let comment = comment(&venio(), &Snapshot::built(&new).unwrap());
    snapshot("diff", "description-edited", &comment);
}

/// The frozen spec of Venio as it would be committed.
fn venio() -> Snapshot {
    Snapshot::committed(&only(frozen_and_built(), "venio")).unwrap()
}

/// The part of the frozen spec that is enough to compare an edit of this file.
fn part_with(file: &str) -> Sources {
    let (product, name) = file.split_once('/').unwrap();
    // The root has all paths, and the file of the webhooks has none.
    if ["openapi.yaml", "webhooks.yaml"].contains(&name) { frozen_product(product) } else { frozen_group(file) }
}

/// The part of the frozen spec without edits.
fn base(file: &'static str) -> Arc<Snapshot> {
    static SNAPSHOTS: Mutex<BTreeMap<&str, Arc<Snapshot>>> = Mutex::new(BTreeMap::new());
    let snapshot = || Arc::new(Snapshot::built(&part_with(file)).unwrap());
    SNAPSHOTS.lock().unwrap().entry(file).or_insert_with(snapshot).clone()
}

fn report_of(edits: &[Edit]) -> anyhow::Result<Report> {
    let part = edits[0].0;
    let mut new = part_with(part);
    for (file, anchor, from, to) in edits {
        edit_behind(&mut new, file, anchor, from, to);
    }
    spec_tools::diff::compare(&base(part), &Snapshot::built(&new)?)
}

#[test]
fn every_kind_of_change_is_classified() {
    let lines = Mutex::new(vec![String::new(); TABLE.len()]);
    let wrong = Mutex::new(Vec::new());
    check_in_parallel(TABLE, |(name, edit, class, headline)| {
        let mut edits = further_edits(name);
        if edits.is_empty() {
            edits.push(*edit);
        }
        let report = match report_of(&edits) {
            Ok(report) => report,
            Err(error) => return wrong.lock().unwrap().push(format!("{name}: {error:#}")),
        };
        let found: Vec<_> = report.changes.iter().map(|change| (change.class, change.headline.as_str())).collect();
        if found == [(*class, *headline)] {
            let index = TABLE.iter().position(|row| row.0 == *name).unwrap();
            lines.lock().unwrap()[index] = line(name, &report);
        } else {
            wrong.lock().unwrap().push(format!("{name}: {found:#?}"));
        }
    });
    let wrong = wrong.into_inner().unwrap();
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), TABLE.len(), wrong.join("\n"));
    snapshot("diff", "kinds-of-change", &lines.into_inner().unwrap().join("\n"));
}

fn line(name: &str, report: &Report) -> String {
    let change = &report.changes[0];
    let mut whom: Vec<_> = change.breaks.iter().map(|effect| effect.whom.to_string()).collect();
    whom.dedup();
    format!("{name:<64} {:<9}  {:<32}  {}", change.class.to_string(), whom.join(", "), change.headline)
}

#[test]
fn equal_specs_have_no_changes() {
    let old = Snapshot::committed(&frozen_and_built()).unwrap();
    let report = spec_tools::diff::compare(&old, &Snapshot::built(&frozen()).unwrap()).unwrap();
    assert!(report.changes.is_empty(), "{}", report.render(Format::Text));
    assert_eq!((report.class, report.notes.len()), (None, 0));
}
