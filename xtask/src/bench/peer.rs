//! The peer: the clients that OpenAPI Generator makes from the same bundles. They are generated below `target/`, and never
//! committed.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, ensure};

use super::environment::{first_line, scratch};

/// The version of the generator.
pub(super) fn version(generator: &Path) -> Result<String> {
    first_line("java", "-version").context("Java is not installed, and OpenAPI Generator needs it")?;
    let version = first_line(generator, "version").context(
        "`openapi-generator-cli` is not installed: run `pip install openapi-generator-cli`, or pass its path with --generator",
    )?;
    Ok(format!("OpenAPI Generator {version} (`-g rust`, reqwest)"))
}

/// Generates the client of a product. Returns its folder, which has the name of the product.
pub(super) fn generate(workspace: &Path, generator: &Path, product: &str) -> Result<PathBuf> {
    let client = scratch(workspace).join(product);
    if client.exists() {
        std::fs::remove_dir_all(&client)?;
    }
    let mut generate = Command::new(generator);
    generate.args(["generate", "-g", "rust", "--package-name", product, "--additional-properties=library=reqwest"]);
    generate.arg("-i").arg(workspace.join(format!("gofive-spec/bundled/{product}.json"))).arg("-o").arg(&client);
    let generated = generate.output().context("OpenAPI Generator cannot be run")?;
    ensure!(generated.status.success(), "OpenAPI Generator failed: {}", String::from_utf8_lossy(&generated.stderr));
    remove_doubled_path(&client.join("src"))?;
    Ok(client)
}

/// The client of Venio does not compile as it is generated: a path in it is doubled.
fn remove_doubled_path(folder: &Path) -> Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            remove_doubled_path(&path)?;
        } else {
            let text = std::fs::read_to_string(&path)?;
            std::fs::write(&path, text.replace("models::models::", "models::"))?;
        }
    }
    Ok(())
}
