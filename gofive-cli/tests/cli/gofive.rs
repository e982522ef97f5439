//! Runs the binary.

use std::io::Write as _;
use std::process::{Command, Stdio};

use gofive_sandbox::Sandbox;

/// A run of the binary that has ended.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// A command without the environment of this process.
pub(crate) fn command() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gofive"));
    command.env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default());
    command
}

/// Runs a command line, which is split like in a shell, without credentials.
pub(crate) fn gofive(line: &str) -> Run {
    run(command().args(words(line)), "")
}

/// Runs a command line on a sandbox.
pub(crate) fn on(sandbox: &Sandbox, line: &str) -> Run {
    run(of_sandbox(&mut command(), sandbox).args(words(line)), "")
}

/// Sets the environment of a command for a sandbox.
pub(crate) fn of_sandbox<'a>(command: &'a mut Command, sandbox: &Sandbox) -> &'a mut Command {
    command
        .env("GOFIVE_BASE_URL", sandbox.base_url())
        .env("GOFIVE_CLIENT_ID", sandbox.client_id())
        .env("GOFIVE_CLIENT_SECRET", sandbox.client_secret())
        .env("GOFIVE_SUBSCRIPTION_KEY", sandbox.subscription_key())
}

/// Runs a command with a text as its standard input.
pub(crate) fn run(command: &mut Command, input: &str) -> Run {
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the binary starts");
    // A command that is refused does not read its input.
    let _ = child.stdin.take().expect("it is piped").write_all(input.as_bytes());
    let output = child.wait_with_output().expect("the binary ends");
    Run {
        code: output.status.code().expect("no signal ends it"),
        stdout: String::from_utf8(output.stdout).expect("the output is text"),
        stderr: String::from_utf8(output.stderr).expect("the errors are text"),
    }
}

impl Run {
    /// The payload of a call that has succeeded, and has printed nothing else.
    pub(crate) fn payload(self) -> String {
        assert_eq!((self.code, self.stderr.as_str()), (0, ""), "{self:?}");
        self.stdout
    }

    /// The payload as JSON.
    pub(crate) fn json(self) -> serde_json::Value {
        serde_json::from_str(&self.payload()).expect("the payload is JSON")
    }
}

/// The words of a line: separated by spaces, in single quotes if they have one.
pub(crate) fn words(line: &str) -> Vec<String> {
    let (mut words, mut word, mut is_quoted, mut is_begun) = (Vec::new(), String::new(), false, false);
    for character in line.chars() {
        match character {
            '\'' => (is_quoted, is_begun) = (!is_quoted, true),
            ' ' | '\n' if !is_quoted => {
                if is_begun {
                    words.push(std::mem::take(&mut word));
                }
                is_begun = false;
            }
            // The end of a line that is continued.
            '\\' if !is_quoted => {}
            other => {
                word.push(other);
                is_begun = true;
            }
        }
    }
    if is_begun {
        words.push(word);
    }
    words
}
