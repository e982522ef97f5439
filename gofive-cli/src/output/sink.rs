//! Where the payload is written.

use std::borrow::Cow;
use std::fmt;
use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, IsTerminal as _, Seek as _, SeekFrom, Stdout, Write};
use std::path::Path;

use crate::failure::Failure;

/// The standard output, or a file.
pub(crate) struct Sink {
    writer: Writer,
    /// Whether a terminal would obey the control characters in what is printed.
    is_terminal: bool,
    /// Whether the file still has what it had before. It is kept if nothing is written, because the call has failed.
    is_old: bool,
    length: u64,
}

enum Writer {
    Output(BufWriter<Stdout>),
    File(BufWriter<File>),
}

impl Sink {
    /// The standard output, or a new file.
    pub(crate) fn new(file: Option<&Path>) -> Result<Self, Failure> {
        let Some(path) = file else {
            let output = BufWriter::with_capacity(64 * 1024, io::stdout());
            let is_terminal = io::stdout().is_terminal();
            return Ok(Self { writer: Writer::Output(output), is_terminal, is_old: false, length: 0 });
        };
        let file = OpenOptions::new().create(true).truncate(false).write(true).open(path);
        let file = file.map_err(|error| unusable(path, &error))?;
        let writer = Writer::File(BufWriter::with_capacity(64 * 1024, file));
        Ok(Self { writer, is_terminal: false, is_old: true, length: 0 })
    }

    /// A file that has so many bytes: what is behind them is cut.
    pub(crate) fn continued(path: &Path, length: u64) -> Result<Self, Failure> {
        let open = || {
            let mut file = OpenOptions::new().write(true).open(path)?;
            if file.metadata()?.len() < length {
                return Err(io::Error::other(format!("it has fewer than {length} bytes, so a part of it is missing")));
            }
            file.set_len(length)?;
            file.seek(SeekFrom::End(0))?;
            Ok(file)
        };
        let file = open().map_err(|error| unusable(path, &error))?;
        let writer = Writer::File(BufWriter::with_capacity(64 * 1024, file));
        Ok(Self { writer, is_terminal: false, is_old: false, length })
    }

    pub(super) fn text(&mut self, text: &str) -> Result<(), Failure> {
        self.write_all(text.as_bytes()).map_err(|error| failure(&error))
    }

    pub(crate) fn line(&mut self, line: &str) -> Result<(), Failure> {
        self.text(line)?;
        self.text("\n")
    }

    /// Writes bytes, and nothing else.
    pub(crate) fn bytes(mut self, bytes: &[u8]) -> Result<(), Failure> {
        self.write_all(bytes).map_err(|error| failure(&error))?;
        Self::flush(&mut self)
    }

    pub(crate) fn flush(&mut self) -> Result<(), Failure> {
        Write::flush(self).map_err(|error| failure(&error))
    }

    pub(super) fn length(&self) -> u64 {
        self.length
    }

    /// The number of columns of the terminal; without one, lines may have any length.
    pub(super) fn width(&self) -> Option<usize> {
        let width = terminal_size::terminal_size_of(io::stdout()).map(|(width, _)| usize::from(width.0));
        width.filter(|_| self.is_terminal)
    }

    /// Prints a note for a person to the standard error.
    #[allow(clippy::unused_self, reason = "a note belongs to what is printed")]
    pub(super) fn note(&self, text: &str) {
        let _ = io::stderr().write_all(format!("{text}\n").as_bytes());
    }
}

impl Sink {
    /// Removes what the file had before.
    fn begin(&mut self) -> io::Result<()> {
        if let (true, Writer::File(file)) = (self.is_old, &self.writer) {
            file.get_ref().set_len(0)?;
            self.is_old = false;
        }
        Ok(())
    }
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.begin()?;
        let written = match &mut self.writer {
            // Every caller writes whole texts.
            Writer::Output(output) if self.is_terminal => output.write_all(&visible(bytes)).map(|()| bytes.len()),
            Writer::Output(output) => output.write(bytes),
            Writer::File(file) => file.write(bytes),
        }?;
        self.length += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.begin()?;
        match &mut self.writer {
            Writer::Output(output) => output.flush(),
            Writer::File(file) => file.flush(),
        }
    }
}

/// A text whose control characters are written as in JSON, but for the ends of lines and tabulators.
fn visible(text: &[u8]) -> Cow<'_, [u8]> {
    let decoded = String::from_utf8_lossy(text);
    let controls = |one: &char| one.is_control() && !['\n', '\t'].contains(one);
    if !decoded.chars().any(|one| controls(&one)) {
        return text.into();
    }
    let mut shown = String::with_capacity(text.len() + 64);
    for line in decoded.split_inclusive('\n') {
        let (line, end) = line.strip_suffix("\r\n").map_or((line, ""), |line| (line, "\r\n"));
        for one in line.chars() {
            if controls(&one) {
                let _ = fmt::Write::write_fmt(&mut shown, format_args!("\\u{:04x}", u32::from(one)));
            } else {
                shown.push(one);
            }
        }
        shown.push_str(end);
    }
    shown.into_bytes().into()
}

/// The failure of writing a payload. A reader that has seen enough, such as `head`, is a success.
pub(super) fn failure(error: &io::Error) -> Failure {
    if error.kind() == io::ErrorKind::BrokenPipe {
        return Failure::reader_has_gone();
    }
    Failure::io(format!("the output cannot be written: {error}"))
}

fn unusable(path: &Path, error: &io::Error) -> Failure {
    Failure::io(format!("{} cannot be written: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_terminal_is_not_controlled_by_a_payload() {
        let shown = |text: &str| String::from_utf8(visible(text.as_bytes()).into_owned()).unwrap();
        assert_eq!(shown("\"\u{9b}31m\u{7f}\u{1b}]0;x\u{7}\""), r#""\u009b31m\u007f\u001b]0;x\u0007""#);
        assert_eq!(shown("a,b\r\nover\rwritten\r\n"), "a,b\r\nover\\u000dwritten\r\n");
        for same in ["", "ปากกา\tน้ำเงิน\n", "{\n  \"a\": 1\n}\n"] {
            assert!(matches!(visible(same.as_bytes()), Cow::Borrowed(text) if text == same.as_bytes()), "{same:?}");
        }
    }
}
