//! Writes the corpora of `cargo fuzz`: the documented examples, and the inputs that failed once.

use gofive_tests::fuzzing::TARGETS;
use gofive_tests::workspace;

fn main() -> std::io::Result<()> {
    for target in TARGETS {
        let folder = workspace().join("fuzz/corpus").join(target.name);
        std::fs::create_dir_all(&folder)?;
        let inputs = (target.corpus)().into_iter().chain(target.regressions());
        let written = inputs.map(|(name, input)| std::fs::write(folder.join(name), input));
        println!("{}: {} inputs", target.name, written.collect::<Result<Vec<_>, _>>()?.len());
    }
    Ok(())
}
