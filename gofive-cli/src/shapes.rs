//! `gofive shapes`: what is in files of shapes, before anybody sends them.

mod words;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use gofive_api::shapes::{KnownNames, ShapeFile, read_shapes, write_shapes};
use gofive_spec::Schema;

use crate::failure::Failure;
use crate::output::Sink;
use crate::product;

/// The command.
pub(crate) fn command() -> Command {
    let files = Arg::new("files")
        .value_name("FILE")
        .required(true)
        .action(ArgAction::Append)
        .value_parser(value_parser!(PathBuf));
    Command::new("shapes")
        .about("Explains files of shapes, and strikes names out of them")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(
            Command::new("show")
                .about("Says in words what is in files of shapes, and lists the names that the spec does not have")
                .long_about(
                    "Says in words what is in files of shapes, or in those of a folder: look at it before you send one. At its end \
                     are the names that the spec does not have. Strike out what is not the name of a property.",
                )
                .arg(files.clone().help("A file, or a folder of them")),
        )
        .subcommand(
            Command::new("strike")
                .about("Strikes names out of a file of shapes: their properties become those of other names")
                .arg(files.num_args(1).action(ArgAction::Set).help("The file, or a folder of them"))
                .arg(Arg::new("names").value_name("NAME").required(true).action(ArgAction::Append).num_args(1..).help(
                    "The names, as `gofive shapes show` lists them",
                )),
        )
}

/// Carries out the command.
pub(crate) fn run(command: &str, matches: &ArgMatches) -> Result<(), Failure> {
    let paths = matches.get_many::<PathBuf>("files").into_iter().flatten();
    let mut files = Vec::new();
    for path in paths {
        for path in files_of(path)? {
            files.push((read_shapes(&path).map_err(|error| Failure::io(error.to_string()))?, path));
        }
    }
    if command == "show" {
        return Sink::new(None)?.bytes(show(&files).as_bytes());
    }
    let names: Vec<_> = matches.get_many::<String>("names").into_iter().flatten().collect();
    strike(&mut files, &names)
}

/// The file, or the files of a folder.
fn files_of(path: &Path) -> Result<Vec<PathBuf>, Failure> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let unusable = |cause: String| Failure::io(format!("{} {cause}", path.display()));
    let entries = std::fs::read_dir(path).map_err(|error| unusable(format!("cannot be read: {error}")))?;
    let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
    let is_shapes = |path: &PathBuf| {
        let is_hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
        !is_hidden && path.extension().is_some_and(|extension| extension == "json")
    };
    let mut files: Vec<_> = paths.filter(is_shapes).collect();
    files.sort();
    if files.is_empty() { Err(unusable("has no files of shapes".to_owned())) } else { Ok(files) }
}

fn show(files: &[(ShapeFile, PathBuf)]) -> String {
    let mut text = String::new();
    let mut unknown = BTreeSet::new();
    for (file, path) in files {
        text.push_str(&words::file(file));
        text.push('\n');
        for (name, pointers) in file.names() {
            if !known_names().contains(name.as_str()) {
                let line = format!("  {name}  {}\n", pointers.into_iter().collect::<Vec<_>>().join(", "));
                unknown.insert((name, path.as_path(), line));
            }
        }
    }
    text.push_str(
        "These files have no value: no text, no number, no date, no argument, no address. Counts and lengths are powers of \
         two.\n",
    );
    if unknown.is_empty() {
        text.push_str("The spec has all of these names.\n");
    } else {
        text.push_str("The spec does not have these names. Strike out what is not the name of a property:\n\n");
        for (_, _, line) in &unknown {
            text.push_str(line);
        }
        if let Some((name, path, _)) = unknown.first() {
            let _ = write!(text, "\n  gofive shapes strike {} {name}\n", path.display());
        }
    }
    text
}

fn strike(files: &mut [(ShapeFile, PathBuf)], names: &[&String]) -> Result<(), Failure> {
    let mut text = String::new();
    let mut missing: BTreeSet<_> = names.iter().copied().collect();
    for (file, path) in files {
        let mut struck = Vec::new();
        for name in names {
            if file.strike(name) {
                missing.remove(name);
                struck.push(name.as_str());
            }
        }
        if !struck.is_empty() {
            write_shapes(path, file).map_err(|error| Failure::io(error.to_string()))?;
            let _ = writeln!(text, "{}: {} struck out", path.display(), struck.join(", "));
        }
    }
    Sink::new(None)?.bytes(text.as_bytes())?;
    match missing.first() {
        None => Ok(()),
        Some(name) => Err(Failure::io(format!("no property has the name {name:?}")).hint("gofive shapes show")),
    }
}

/// The names of all properties of the spec.
pub(crate) fn known_names() -> KnownNames {
    static SORTED: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
        let schemas = product::names().filter_map(product::product).flat_map(|product| product.api.all_schemas());
        let names: BTreeSet<_> = schemas.flat_map(Schema::properties).map(|property| property.name.as_str()).collect();
        names.into_iter().collect()
    });
    KnownNames::sorted(&SORTED)
}
