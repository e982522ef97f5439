//! The report that the soak prints: its checks, and what happened.

use std::fmt;

/// The outcome of a run.
#[derive(Debug, Default)]
pub struct Report {
    title: String,
    checks: Vec<Check>,
    facts: Vec<(String, String)>,
    troubles: Vec<String>,
}

#[derive(Debug)]
struct Check {
    what: String,
    found: String,
    allowed: String,
    holds: bool,
}

impl Report {
    pub(super) fn new(title: String) -> Self {
        Self { title, ..Self::default() }
    }

    /// Whether all checks passed.
    pub fn holds(&self) -> bool {
        self.troubles.is_empty() && self.checks.iter().all(|check| check.holds)
    }

    /// Adds a check that something did not occur.
    pub(super) fn none(&mut self, what: &str, found: usize) {
        self.check(what, &found, &0, found == 0);
    }

    pub(super) fn at_most(&mut self, what: &str, found: usize, max: usize) {
        self.check(what, &found, &format!("≤ {max}"), found <= max);
    }

    pub(super) fn at_least(&mut self, what: &str, found: usize, min: usize) {
        self.check(what, &found, &format!("≥ {min}"), found >= min);
    }

    pub(super) fn check(&mut self, what: &str, found: &dyn fmt::Display, allowed: &dyn fmt::Display, holds: bool) {
        let (what, found, allowed) = (what.to_owned(), found.to_string(), allowed.to_string());
        self.checks.push(Check { what, found, allowed, holds });
    }

    pub(super) fn fact(&mut self, what: &str, value: &dyn fmt::Display) {
        self.facts.push((what.to_owned(), value.to_string()));
    }

    /// Adds why the run did not complete.
    pub(super) fn with_trouble(mut self, trouble: Option<impl ToString>) -> Self {
        self.troubles.extend(trouble.map(|trouble| trouble.to_string()));
        self
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}\n\n| what must hold | found | allowed | |\n|---|---:|---:|---|", self.title)?;
        for Check { what, found, allowed, holds } in &self.checks {
            writeln!(f, "| {what} | {found} | {allowed} | {} |", if *holds { "yes" } else { "**NO**" })?;
        }
        writeln!(f, "\n| what happened | |\n|---|---:|")?;
        for (what, value) in &self.facts {
            writeln!(f, "| {what} | {value} |")?;
        }
        self.troubles.iter().try_for_each(|trouble| writeln!(f, "\n{trouble}"))
    }
}
