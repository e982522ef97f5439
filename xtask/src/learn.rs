//! `cargo xtask learn`: reads files of shapes, and writes what the spec learns from them.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use gofive_shapes::ShapeFile;
use spec_tools::learn::{Learnt, learn};
use spec_tools::sources::{Edited, git, saved};
use spec_tools::{Sources, diff};

/// Runs the command. `false` means that a file could not be read; what the others have was learnt.
pub(crate) fn run(workspace: &Path, files: &[PathBuf], base: Option<&str>) -> Result<bool> {
    let (shapes, refused) = read(files);
    for refused in &refused {
        eprintln!("{refused}");
    }
    if shapes.is_empty() {
        bail!("none of these is a file of shapes: `gofive --record FOLDER` writes them");
    }
    let learnt = learn(&Sources::read(workspace)?, &shapes)?;
    if learnt.files.is_empty() {
        println!("{}\nNothing is new: no file was edited.", learnt.report());
        return Ok(refused.is_empty());
    }
    let effects = effects(workspace, &learnt, base)?;
    for Edited { file, text, .. } in &learnt.files {
        std::fs::write(workspace.join(file), text).with_context(|| format!("{file} cannot be written"))?;
    }
    println!("{}", learnt.report());
    for Edited { file, what, .. } in &learnt.files {
        println!("{file}: {what}");
    }
    print!("\n{effects}");
    Ok(refused.is_empty())
}

/// What the edits mean for users.
fn effects(workspace: &Path, learnt: &Learnt, base: Option<&str>) -> Result<String> {
    match git::base(workspace, base) {
        Ok(base) => {
            let report = diff::with_revision(&base, &learnt.sources).context("nothing was written")?;
            Ok(report.render(diff::Format::Text))
        }
        Err(error) => Ok(format!("What this means for users is not known: {error:#}\n")),
    }
}

/// The files of shapes among the files and in the folders, and why others are not read.
fn read(paths: &[PathBuf]) -> (Vec<ShapeFile>, Vec<String>) {
    let (mut shapes, mut refused) = (Vec::new(), Vec::new());
    for path in paths {
        match saved(path) {
            Err(error) => refused.push(format!("{error:#}")),
            Ok(files) if files.is_empty() => refused.push(format!("{} has no files of shapes", path.display())),
            Ok(files) => {
                for (name, bytes) in files {
                    match parse(&bytes) {
                        Ok(file) => shapes.push(file),
                        Err(why) => refused.push(format!("{name} cannot be read: {why:#}")),
                    }
                }
            }
        }
    }
    (shapes, refused)
}

fn parse(bytes: &[u8]) -> Result<ShapeFile> {
    let text = std::str::from_utf8(bytes).context("it is not UTF-8")?;
    Ok(ShapeFile::parse(text)?)
}
