//! The argument of `--fault`.

use gofive_sandbox::Fault;

#[derive(Clone, Debug)]
pub(crate) enum FaultArgument {
    /// Prints the names.
    List,
    One(Fault, f64),
}

impl FaultArgument {
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        if text == "list" {
            return Ok(Self::List);
        }
        let (name, probability) = text.split_once('=').ok_or("expected NAME=PROBABILITY or `list`")?;
        let (_, fault) = Fault::presets()
            .into_iter()
            .find(|(known, _)| *known == name)
            .ok_or_else(|| format!("unknown fault {name}; `--fault list` prints the names"))?;
        let probability = probability.parse().ok().filter(|probability| (0.0..=1.0).contains(probability));
        Ok(Self::One(fault, probability.ok_or("the probability must be from 0 to 1")?))
    }
}

/// Prints the names of all faults.
pub(crate) fn print_presets() {
    for (name, fault) in Fault::presets() {
        println!("{name:33}{fault}");
    }
}
