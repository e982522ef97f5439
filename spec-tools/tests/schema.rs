//! The JSON schemas by which editors and the linter check the files of the spec.

use std::collections::BTreeSet;

use serde_json::Value;
use spec_tools::finding::report;

use crate::frozen::{committed, edited, frozen, write};
use crate::snapshot;

/// The schemas by the names of their files.
fn schemas() -> Vec<(String, Value)> {
    let committed = committed();
    let schema = |path: &str| {
        let name = path.rsplit('/').next().unwrap().to_owned();
        (name, serde_json::from_str(committed.text(path).unwrap()).unwrap())
    };
    committed.below("openapi/schema").map(schema).collect()
}

/// The properties of a schema and of its inner schemas, by JSON pointer; without schemas that only restrict others.
fn properties<'a>(schema: &'a Value, at: &str) -> Vec<(String, &'a Value)> {
    let maps = ["properties", "definitions"].map(|keyword| (keyword, schema.get(keyword).and_then(Value::as_object)));
    let named = maps.into_iter().flat_map(|(keyword, map)| {
        map.into_iter().flatten().map(move |(name, inner)| (keyword, format!("{at}/{keyword}/{name}"), inner))
    });
    let single = ["items", "additionalProperties"].into_iter();
    let single = single.filter_map(|keyword| Some((keyword, format!("{at}/{keyword}"), schema.get(keyword)?)));
    let mut found = Vec::new();
    for (keyword, at, inner) in named.chain(single).filter(|(_, _, inner)| inner.is_object()) {
        if keyword == "properties" {
            found.push((at.clone(), inner));
        }
        found.extend(properties(inner, &at));
    }
    found
}

/// The description of a property that editors show: its own, or that of the schema it refers to.
fn description<'a>(schema: &'a Value, property: &'a Value) -> Option<&'a str> {
    let target = property.get("$ref").and_then(Value::as_str);
    let target = target.and_then(|reference| schema.pointer(reference.trim_start_matches('#')));
    property.get("description").or_else(|| target?.get("description"))?.as_str()
}

#[test]
fn the_schemas_are_draft_7() {
    let schemas = schemas();
    assert!(!schemas.is_empty());
    for (file, schema) in schemas {
        assert_eq!(schema["$schema"], "http://json-schema.org/draft-07/schema#", "{file}");
        if let Err(error) = jsonschema::draft7::meta::validate(&schema) {
            panic!("{file}: {error} at {}", error.instance_path());
        }
    }
}

#[test]
fn every_property_has_a_description_for_editors() {
    for (file, schema) in schemas() {
        let mut undescribed = properties(&schema, "");
        assert!(undescribed.len() > 10, "{file}");
        undescribed.retain(|(_, property)| description(&schema, property).is_none());
        assert_eq!(undescribed, [], "{file}: no description");
    }
}

/// The table of `openapi/README.md` and the schemas list the same extensions.
#[test]
fn the_readme_and_the_schemas_list_the_same_extensions() {
    let committed = committed();
    let rows = committed.text("openapi/README.md").unwrap().lines().filter(|line| line.starts_with("| `x-"));
    let cells = rows.map(|row| row.split('|').nth(1).unwrap());
    let listed: BTreeSet<_> = cells.flat_map(|cell| cell.split('`').filter(|word| word.starts_with("x-"))).collect();

    let schemas = schemas();
    let mut known = BTreeSet::new();
    for (_, schema) in &schemas {
        let names = properties(schema, "").into_iter().filter_map(|(at, _)| Some(at.rsplit_once('/')?.1.to_owned()));
        known.extend(names.filter(|name| name.starts_with("x-gofive-") || name.starts_with("x-enum-")));
    }
    assert_eq!(listed.into_iter().map(str::to_owned).collect::<BTreeSet<_>>(), known);
}

#[test]
fn the_schema_offers_the_formats_that_have_a_type() {
    let (_, group) = schemas().into_iter().find(|(file, _)| file == "group.json").unwrap();
    let format = group.pointer("/definitions/keywords/properties/format").unwrap();
    let offered: Vec<_> = format["enum"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
    assert_eq!(offered, gofive_spec::Format::ALL.map(gofive_spec::Format::name));
    assert_eq!(format["enumDescriptions"].as_array().unwrap().len(), offered.len());
}

#[test]
fn every_file_must_name_its_schema_in_the_first_line() {
    for (name, file) in [("root", "venio/openapi.yaml"), ("ledger", "venio/portal.yaml"), ("group", "venio/case.yaml")]
    {
        let line = format!("# yaml-language-server: $schema=../schema/{name}.json\n");
        let findings = spec_tools::check(&edited(file, &line, "")).unwrap().findings;
        assert_eq!(findings.len(), 1, "{findings:?}");
        assert!(schemas().iter().any(|(file, _)| *file == format!("{name}.json")));
        snapshot("lint", &format!("modeline-missing-{name}"), &report(&findings));
    }
}

#[test]
fn a_file_that_no_other_refers_to_is_checked_too() {
    let mut sources = frozen();
    write(&mut sources, "venio/new.yaml", "# yaml-language-server: $schema=../schema/group.json\nschemas: {}\n");
    let findings = spec_tools::check(&sources).unwrap().findings;
    snapshot("lint", "unreferenced-file", &report(&findings));
}

#[test]
fn a_missing_or_broken_schema_is_named() {
    let mut sources = frozen();
    for (text, expected) in [
        ("{", "openapi/schema/group.json is not JSON: fix it: EOF while parsing"),
        (r#"{"type": "objekt"}"#, "openapi/schema/group.json is not a JSON schema"),
    ] {
        write(&mut sources, "schema/group.json", text);
        let error = format!("{:#}", spec_tools::check(&sources).unwrap_err());
        assert!(error.starts_with(expected), "{error}");
    }
    sources.remove("openapi/schema/group.json");
    let error = format!("{:#}", spec_tools::check(&sources).unwrap_err());
    let expected =
        "openapi/schema/group.json cannot be read: there is no such file: it is part of the spec, restore it";
    assert_eq!(error, expected);
}

#[test]
fn a_product_that_lost_its_root_is_not_removed_from_the_crate() {
    let mut sources = frozen();
    sources.remove("openapi/venio/openapi.yaml");
    let findings = report(&spec_tools::check(&sources).unwrap().findings);
    assert!(findings.contains("openapi/venio/case.yaml:1:1: no product has this file"), "{findings}");
    assert!(spec_tools::build(&sources).is_err(), "nothing is built");
}
