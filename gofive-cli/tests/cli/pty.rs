//! Runs the binary at a terminal.

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::os::fd::AsFd as _;
use std::process::{Child, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use gofive_sandbox::Sandbox;
use pty_process::Size;
use pty_process::blocking::{Command, Pty, open};
use rustix::termios::{LocalModes, tcgetattr};

use crate::gofive::words;

/// How long a test waits for a text before it fails.
const PATIENCE: Duration = Duration::from_secs(60);

/// A terminal of so many columns, before the binary runs at it.
pub(crate) struct Terminal {
    columns: u16,
    variables: Vec<(&'static str, String)>,
    arguments: Vec<String>,
    output: Option<Stdio>,
}

/// The binary at a terminal.
pub(crate) struct Session {
    pty: Pty,
    child: Child,
    screen: Arc<Mutex<Vec<u8>>>,
}

impl Terminal {
    /// A terminal with colours, and a command line without credentials.
    pub(crate) fn new(columns: u16, line: &str) -> Self {
        let variables = vec![("TERM", "xterm-256color".to_owned())];
        Self { columns, variables, arguments: words(line), output: None }
    }

    pub(crate) fn env(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.variables.push((name, value.into()));
        self
    }

    /// Makes the command call a sandbox.
    pub(crate) fn on(self, sandbox: &Sandbox) -> Self {
        self.env("GOFIVE_BASE_URL", sandbox.base_url())
            .env("GOFIVE_CLIENT_ID", sandbox.client_id())
            .env("GOFIVE_CLIENT_SECRET", sandbox.client_secret())
            .env("GOFIVE_SUBSCRIPTION_KEY", sandbox.subscription_key())
    }

    /// Lets the standard output be a file in place of the terminal.
    pub(crate) fn output(mut self, output: impl Into<Stdio>) -> Self {
        self.output = Some(output.into());
        self
    }

    pub(crate) fn start(self) -> Session {
        let (pty, pts) = open().expect("the system has terminals");
        pty.resize(Size::new(24, self.columns)).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_gofive")).env_clear().args(self.arguments);
        for (name, value) in self.variables {
            command = command.env(name, value);
        }
        if let Some(output) = self.output {
            command = command.stdout(output);
        }
        let child = command.spawn(pts).unwrap();
        let screen = Arc::new(Mutex::new(Vec::new()));
        let (mut reader, seen) = (File::from(pty.as_fd().try_clone_to_owned().unwrap()), screen.clone());
        std::thread::spawn(move || {
            let mut bytes = [0; 4096];
            // An error means that the command has closed the terminal.
            while let Ok(count @ 1..) = reader.read(&mut bytes) {
                seen.lock().unwrap().extend_from_slice(&bytes[..count]);
            }
        });
        Session { pty, child, screen }
    }

    /// What the terminal shows, once the command has ended by this code.
    pub(crate) fn shows(self, code: i32) -> String {
        self.start().end(code)
    }
}

impl Session {
    /// Waits until the terminal shows a text.
    pub(crate) fn wait_for(&mut self, text: &str) {
        let start = Instant::now();
        while !self.screen().contains(text) {
            assert!(start.elapsed() < PATIENCE, "{text:?} does not appear: {:?}", self.screen());
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Waits until the terminal does not show what is typed.
    pub(crate) fn wait_until_hidden(&self) {
        let start = Instant::now();
        while self.echoes() {
            assert!(start.elapsed() < PATIENCE, "what is typed is shown: {:?}", self.screen());
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Types a text.
    pub(crate) fn send(&mut self, text: &str) {
        self.pty.write_all(text.as_bytes()).unwrap();
    }

    /// Whether the terminal shows what is typed.
    pub(crate) fn echoes(&self) -> bool {
        tcgetattr(&self.pty).unwrap().local_modes.contains(LocalModes::ECHO)
    }

    /// What the terminal has shown, with lines that end like those of a file.
    pub(crate) fn screen(&self) -> String {
        String::from_utf8_lossy(&self.screen.lock().unwrap()).replace("\r\n", "\n")
    }

    /// Waits until the command has ended by a code; returns what the terminal has shown.
    pub(crate) fn end(mut self, code: i32) -> String {
        let status = self.child.wait().unwrap();
        // The thread may still be reading what the command has printed.
        let mut screen = self.screen();
        loop {
            std::thread::sleep(Duration::from_millis(50));
            let now = self.screen();
            if now == screen {
                break;
            }
            screen = now;
        }
        assert_eq!(status.code(), Some(code), "{screen}");
        screen
    }
}
