//! Profiles: the credentials of a user in files of their own, with a token that many processes share.
//!
//! ```no_run
//! use gofive_api::Gofive;
//! use gofive_api::profile::Profile;
//!
//! # fn run() -> Result<(), gofive_api::Error> {
//! Profile::new("client id", "client secret", "subscription key").save("test")?;
//! let gofive = Gofive::from_profile("test")?;
//! # Ok(()) }
//! ```
//!
//! The command `gofive login` writes profiles, too. A profile is a file of JSON in the folder `gofive` of the user's
//! configuration (`~/.config/gofive`, `%APPDATA%\gofive`, or the value of `GOFIVE_CONFIG_DIR`), which only the user can read.

mod files;
mod token_file;

use std::fmt;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::builder::GofiveBuilder;
use crate::errors::Error;
use crate::gofive::Gofive;
use crate::values::Secret;

pub use self::token_file::TokenFile;

/// Credentials, subscription key and base URL under a name.
#[derive(Clone, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Profile {
    client_id: String,
    client_secret: Secret,
    subscription_key: Secret,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    base_url: Option<String>,
}

impl Profile {
    /// Creates a profile that is not saved yet.
    pub fn new(
        client_id: impl Into<String>,
        client_secret: impl Into<Secret>,
        subscription_key: impl Into<Secret>,
    ) -> Self {
        let client_id = client_id.into();
        Self {
            client_id,
            client_secret: client_secret.into(),
            subscription_key: subscription_key.into(),
            base_url: None,
        }
    }

    /// Sets the URL of the API, if it is another one than usual.
    #[must_use]
    pub fn base_url(mut self, base_url: impl Into<String>) -> Self {
        self.base_url = Some(base_url.into());
        self
    }

    /// Loads a profile by its name: letters, digits, `-` and `_`.
    ///
    /// # Errors
    /// [`Configuration`](crate::ErrorKind::Configuration) if there is none of that name, or its file cannot be read.
    pub fn load(name: &str) -> Result<Self, Error> {
        let path = files::path(name, "json")?;
        let shown = path.display();
        let text = std::fs::read(&path).map_err(|error| {
            Error::configuration(format!(
                "the profile {name:?} cannot be read from {shown}: {error}; `gofive login` writes it"
            ))
        })?;
        serde_json::from_slice(&text)
            .map_err(|error| Error::configuration(format!("the profile {name:?} in {shown} is not valid: {error}")))
    }

    /// Saves the profile under a name, in place of another one of that name, and forgets the token of that one. Returns the
    /// file, which only the user can read.
    ///
    /// # Errors
    /// [`Configuration`](crate::ErrorKind::Configuration) if the name is not valid, or the file cannot be written.
    pub fn save(&self, name: &str) -> Result<PathBuf, Error> {
        let path = files::path(name, "json")?;
        let json = serde_json::to_vec_pretty(self).map_err(|error| Error::configuration(error.to_string()))?;
        files::write(&path, &json)
            .and_then(|()| files::remove(&files::path(name, "token").unwrap_or_default()))
            .map_err(|error| Error::configuration(format!("{} cannot be written: {error}", path.display())))?;
        Ok(path)
    }

    /// Deletes the profile of a name, and its token. Returns whether there was one.
    ///
    /// # Errors
    /// [`Configuration`](crate::ErrorKind::Configuration) if the name is not valid, or a file cannot be deleted.
    pub fn delete(name: &str) -> Result<bool, Error> {
        let path = files::path(name, "json")?;
        let existed = path.exists();
        for extension in ["json", "token", "lock"] {
            let path = files::path(name, extension)?;
            files::remove(&path)
                .map_err(|error| Error::configuration(format!("{} cannot be deleted: {error}", path.display())))?;
        }
        Ok(existed)
    }

    /// Returns whether there is a profile of a name.
    pub fn exists(name: &str) -> bool {
        files::path(name, "json").is_ok_and(|path| path.exists())
    }

    /// Returns the file of a profile, whether it exists or not.
    ///
    /// # Errors
    /// [`Configuration`](crate::ErrorKind::Configuration) if the name is not valid, or the user has no folder for it.
    ///
    /// ```no_run
    /// use gofive_api::profile::Profile;
    ///
    /// # fn run() -> Result<(), gofive_api::Error> {
    /// println!("{}", Profile::file("default")?.display());
    /// # Ok(()) }
    /// ```
    pub fn file(name: &str) -> Result<PathBuf, Error> {
        files::path(name, "json")
    }
}

/// Shows no secret.
impl fmt::Debug for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Profile");
        shown.field("client_id", &self.client_id).field("base_url", &self.base_url).finish_non_exhaustive()
    }
}

impl Gofive {
    /// Opens a session with a [profile](crate::profile), whose token it shares with other processes.
    ///
    /// # Errors
    /// [`Configuration`](crate::ErrorKind::Configuration) if no profile has that name, or it is not valid.
    pub fn from_profile(name: &str) -> Result<Self, Error> {
        Self::builder().profile(name)?.build()
    }
}

impl GofiveBuilder {
    /// Takes credentials, subscription key, base URL and token from a [profile](crate::profile).
    ///
    /// # Errors
    /// [`Configuration`](crate::ErrorKind::Configuration) if no profile has that name, or it is not valid.
    pub fn profile(self, name: &str) -> Result<Self, Error> {
        let Profile { client_id, client_secret, subscription_key, base_url } = Profile::load(name)?;
        let mut builder = self
            .credentials(client_id, client_secret.expose())
            .subscription_key(subscription_key.expose())
            .token_cache(TokenFile::new(files::path(name, "token")?));
        if let Some(base_url) = base_url {
            builder = builder.base_url(base_url);
        }
        Ok(builder)
    }
}
