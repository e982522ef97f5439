//! The folder of the website, which is replaced as a whole: a build that is killed leaves the old one, and two builds may run.

use std::fs::{self, File};
use std::path::Path;

use anyhow::{Context as _, Result, bail};
use fs4::{FileExt, TryLockError};
use tempfile::TempDir;

/// The file that marks a folder as written by `cargo xtask docs`.
const MARK: &str = ".gofive-website";

/// What the names of the folders begin with in which a website is built.
const PREFIX: &str = ".gofive-website-";

/// The file that is locked as long as the build runs.
const LOCK: &str = "lock";

/// A folder beside the website, so that the new website can be renamed. It is deleted when it is dropped.
pub(super) struct Staging {
    folder: TempDir,
    _lock: File,
}

impl Staging {
    /// Makes the folder, and deletes those that killed builds have left.
    pub(super) fn beside(out: &Path) -> Result<Self> {
        check_replaceable(out)?;
        let parent = out.parent().context("--out is the root of the file system: name a folder below it")?;
        let context = || format!("{} cannot be written: name another folder with --out", parent.display());
        fs::create_dir_all(parent).with_context(context)?;
        delete_leftovers(parent);
        let folder = tempfile::Builder::new().prefix(PREFIX).tempdir_in(parent).with_context(context)?;
        let lock = lock(&folder.path().join(LOCK))?;
        Ok(Self { folder, _lock: lock })
    }

    pub(super) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Replaces the folder `out` by the folder `built`, which is in this one.
    pub(super) fn replace(&self, out: &Path, built: &Path) -> Result<()> {
        let context = || format!("{} cannot be replaced", out.display());
        fs::write(built.join(MARK), "Written by `cargo xtask docs`, which replaces this folder.\n")
            .with_context(|| format!("{} cannot be written", built.display()))?;
        // Another build may have ended meanwhile.
        check_replaceable(out)?;
        let old = self.path().join("old");
        let had_one = out.exists();
        if had_one {
            fs::rename(out, &old).with_context(context)?;
        }
        let renamed = fs::rename(built, out).with_context(context);
        if renamed.is_err() && had_one {
            fs::rename(&old, out).with_context(context)?;
        }
        renamed
    }
}

/// Fails if there is something that this command did not write.
fn check_replaceable(out: &Path) -> Result<()> {
    let Ok(metadata) = fs::symlink_metadata(out) else { return Ok(()) };
    let is_empty = || fs::read_dir(out).is_ok_and(|mut entries| entries.next().is_none());
    if metadata.is_dir() && (out.join(MARK).is_file() || is_empty()) {
        return Ok(());
    }
    bail!(
        "{} was not written by this command ({MARK} is missing), so it is not replaced: delete it, or name another folder \
         with --out",
        out.display()
    )
}

/// Deletes the folders in which no build runs any more.
fn delete_leftovers(parent: &Path) {
    let Ok(entries) = fs::read_dir(parent) else { return };
    for entry in entries.flatten().filter(|entry| entry.file_name().to_string_lossy().starts_with(PREFIX)) {
        let folder = entry.path();
        let is_left =
            File::options().write(true).open(folder.join(LOCK)).is_ok_and(|lock| FileExt::try_lock(&lock).is_ok());
        if is_left && let Err(error) = fs::remove_dir_all(&folder) {
            eprintln!("{} is left of a build that was killed, and cannot be deleted: {error}", folder.display());
        }
    }
}

/// Locks a file until it is dropped, and waits for another build that has locked it.
pub(super) fn lock(path: &Path) -> Result<File> {
    let context = || format!("{} cannot be locked", path.display());
    let file = File::options().create(true).truncate(false).write(true).open(path).with_context(context)?;
    match FileExt::try_lock(&file) {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            eprintln!("Another build has locked {}: waiting for it.", path.display());
            FileExt::lock(&file).with_context(context)?;
        }
        Err(TryLockError::Error(error)) => return Err(error).with_context(context),
    }
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Builds a website of one page.
    fn build(out: &Path, text: &str) -> Result<()> {
        let staging = Staging::beside(out)?;
        let built = staging.path().join("website");
        fs::create_dir(&built)?;
        fs::write(built.join("index.html"), text)?;
        staging.replace(out, &built)
    }

    fn names(folder: &Path) -> Vec<String> {
        let names = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
        names.collect()
    }

    #[test]
    fn a_website_replaces_the_old_one_and_leaves_nothing_beside_it() {
        let parent = tempfile::tempdir().unwrap();
        let out = parent.path().join("website");
        build(&out, "old").unwrap();
        fs::write(out.join("gone.html"), "").unwrap();
        build(&out, "new").unwrap();
        assert_eq!(fs::read_to_string(out.join("index.html")).unwrap(), "new");
        assert!(!out.join("gone.html").exists());
        assert_eq!(names(parent.path()), ["website"]);
    }

    #[test]
    fn a_folder_of_somebody_else_is_not_replaced() {
        let parent = tempfile::tempdir().unwrap();
        let out = parent.path().join("website");
        fs::create_dir(&out).unwrap();
        fs::write(out.join("letter.txt"), "").unwrap();
        assert!(build(&out, "").unwrap_err().to_string().contains("is not replaced"));
        assert_eq!(names(&out), ["letter.txt"]);
    }

    #[test]
    fn what_a_killed_build_has_left_is_deleted_and_what_a_running_one_has_is_not() {
        let parent = tempfile::tempdir().unwrap();
        let out = parent.path().join("website");
        let killed = parent.path().join(".gofive-website-killed");
        fs::create_dir(&killed).unwrap();
        fs::write(killed.join(LOCK), "").unwrap();
        let running = Staging::beside(&out).unwrap();
        assert!(!killed.exists());
        build(&out, "other").unwrap();
        assert!(running.path().exists());
    }
}
