//! `gofive login` and `gofive logout`: profiles.

use std::io::{self, BufRead as _, IsTerminal as _, Write as _};

use clap::{Arg, Command};
use gofive_api::profile::Profile;

use crate::failure::Failure;
use crate::options::{self, Options};
use crate::probe;
use crate::session::{DEFAULT_PROFILE, builder};
use crate::signal;

/// The commands.
pub(crate) fn commands() -> [Command; 2] {
    [
        Command::new("login")
            .about("Asks for credentials, tests them, and saves them in a profile")
            .long_about(
                "Asks for the client identifier, the client secret and the subscription key, tests them by a call that only \
                 reads, and saves them in a profile: the one of --profile, or else `default`. Secrets are not shown while you \
                 type, and only you can read the file.\n\n\
                 Without a terminal, the three are read from the standard input, one in each line.",
            )
            .arg(Arg::new("base-url").long("base-url").value_name("URL").help("The URL of the API, if it is another one"))
            .args(options::some(&["profile", "timeout", "verbose", "errors"])),
        Command::new("logout").about("Deletes a profile and its token: the one of --profile, or else `default`")
            .args(options::some(&["profile", "errors"])),
    ]
}

/// Saves a profile.
pub(crate) async fn login(base_url: Option<&String>, options: &Options) -> Result<(), Failure> {
    let name = name(options);
    let [id, secret, key] = ask()?;
    let mut session = builder(options).credentials(&id, &secret).subscription_key(&key);
    let mut profile = Profile::new(id, secret, key);
    if let Some(url) = base_url {
        (session, profile) = (session.base_url(url), profile.base_url(url));
    }
    let session = session.build()?;
    tokio::select! {
        result = probe::call(&session) => result?,
        interrupted = signal::interrupted() => {
            interrupted?;
            return Err(Failure::io("interrupted, so no profile was saved"));
        }
    }
    let file = profile.save(name)?;
    note(&format!("the credentials are valid; the profile {name} is in {}", file.display()));
    Ok(())
}

/// Deletes a profile.
pub(crate) fn logout(options: &Options) -> Result<(), Failure> {
    let name = name(options);
    if Profile::delete(name)? {
        note(&format!("the profile {name} is deleted"));
        return Ok(());
    }
    Err(Failure::setup(format!("the profile {name} does not exist")))
}

fn name(options: &Options) -> &str {
    options.profile.as_deref().unwrap_or(DEFAULT_PROFILE)
}

/// Reads the client identifier, the client secret and the subscription key.
fn ask() -> Result<[String; 3], Failure> {
    let unreadable = |error: io::Error| Failure::io(format!("the credentials cannot be read: {error}"));
    let mut read = [String::new(), String::new(), String::new()];
    if io::stdin().is_terminal() {
        let questions = ["Client identifier: ", "Client secret: ", "Subscription key: "];
        for (index, (value, question)) in read.iter_mut().zip(questions).enumerate() {
            if index == 0 {
                eprint!("{question}");
                io::stdin().lock().read_line(value).map_err(unreadable)?;
                // Otherwise Ctrl-C would end the process before the terminal shows again what is typed.
                signal::catch()?;
            } else {
                *value = rpassword::prompt_password(question).map_err(unreadable)?;
            }
        }
    } else {
        let mut lines = io::stdin().lock();
        for value in &mut read {
            lines.read_line(value).map_err(unreadable)?;
        }
    }
    let read = read.map(|value| value.trim().to_owned());
    if read.iter().any(String::is_empty) {
        let cause = "a client identifier, a client secret and a subscription key are needed";
        return Err(Failure::usage(cause).hint("without a terminal, one in each line of the standard input"));
    }
    Ok(read)
}

/// Prints a line for a person.
fn note(text: &str) {
    let _ = io::stderr().write_all(format!("{text}\n").as_bytes());
}
