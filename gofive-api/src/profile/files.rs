//! Files that only the user can read, and that are never half written.

use std::ffi::OsString;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use etcetera::BaseStrategy as _;

use crate::errors::Error;

/// The maximum length of the name of a profile.
const MAX_NAME: usize = 64;

/// A file of a profile.
pub(super) fn path(name: &str, extension: &str) -> Result<PathBuf, Error> {
    let is_valid = !name.is_empty()
        && name.len() <= MAX_NAME
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
    if !is_valid {
        return Err(Error::configuration(format!("{name:?} is not a name of a profile: use letters, digits, - and _")));
    }
    Ok(folder()?.join(format!("{name}.{extension}")))
}

fn folder() -> Result<PathBuf, Error> {
    if let Some(folder) = std::env::var_os("GOFIVE_CONFIG_DIR").filter(|folder| !folder.is_empty()) {
        return Ok(folder.into());
    }
    let strategy = etcetera::choose_base_strategy();
    let strategy = strategy.map_err(|error| {
        Error::configuration(format!("the user has no folder for profiles: {error}; set GOFIVE_CONFIG_DIR"))
    })?;
    Ok(strategy.config_dir().join("gofive"))
}

/// Replaces a file as a whole.
pub(super) fn write(path: &Path, content: &[u8]) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        create_folder(folder)?;
    }
    let mut name = path.file_name().map_or_else(OsString::new, OsString::from);
    name.push(format!(".{}.{:08x}.new", std::process::id(), fastrand::u32(..)));
    let new = path.with_file_name(name);
    let written = create(&new).and_then(|mut file| file.write_all(content)).and_then(|()| fs::rename(&new, path));
    // The error of writing says more than that of cleaning up.
    written.inspect_err(|_| drop(fs::remove_file(&new)))
}

/// Opens a file that is locked, and has no content.
pub(super) fn open_lock(path: &Path) -> io::Result<File> {
    if let Some(folder) = path.parent() {
        create_folder(folder)?;
    }
    private(OpenOptions::new().create(true).truncate(false).write(true)).open(path)
}

/// Deletes a file, if it exists.
pub(super) fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

fn create(path: &Path) -> io::Result<File> {
    private(OpenOptions::new().create_new(true).write(true)).open(path)
}

/// Files and folders of which nobody else can read anything, whatever the umask. On Windows they are in the user's own folder.
#[cfg(unix)]
fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600)
}

#[cfg(not(unix))]
fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    options
}

fn create_folder(folder: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}
