//! Completion in shells, and the manual.

use std::process::Command;

use crate::gofive::{gofive, run};

/// What each shell completes: the words before the cursor, and some of the values.
const LINES: [(&str, &[&str]); 6] = [
    ("ven", &["venio"]),
    ("venio add-ca", &["add-case"]),
    ("empeo get-emp", &["get-employees-list"]),
    ("venio add-case --case-t", &["--case-type"]),
    ("venio add-case --case-type r", &["request-for-action"]),
    ("webhook trigger ", &["new-sales-order"]),
];

/// The completions of a line by a shell that reads a script; `None` where the shell is not installed.
fn completions(shell: &str, line: &str) -> Option<Vec<String>> {
    let folder = tempfile::tempdir().unwrap();
    let script = folder.path().join("script");
    std::fs::write(&script, gofive(&format!("completion {shell}")).payload()).unwrap();
    let program = match shell {
        "bash" => {
            r#"source "$1"; COMP_WORDS=(gofive $2); [[ $2 == *' ' ]] && COMP_WORDS+=(''); COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
               COMP_LINE="gofive $2"; COMP_POINT=${#COMP_LINE}
               _gofive gofive "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"; printf '%s\n' "${COMPREPLY[@]}""#
        }
        _ => r#"source $argv[1]; complete --do-complete "gofive $argv[2]""#,
    };
    let mut command = Command::new(shell);
    if shell == "bash" {
        command.args(["--norc", "-c", program, "bash"]);
    } else {
        command.args(["--no-config", "-c", program]);
    }
    command.arg(&script).arg(line).env("HOME", folder.path());
    if Command::new(shell).arg("--version").output().is_err() {
        return None;
    }
    let completed = run(&mut command, "");
    assert_eq!((completed.code, completed.stderr.as_str()), (0, ""), "{shell}: {line}");
    // fish adds the description of a value.
    Some(completed.stdout.lines().map(|line| line.split('\t').next().unwrap_or_default().to_owned()).collect())
}

#[cfg(unix)]
#[test]
fn a_shell_completes_commands_flags_and_values() {
    assert!(completions("bash", "ven").is_some(), "each machine with the tests has it");
    for shell in ["bash", "fish"] {
        for (line, expected) in LINES {
            let is_known = shell != "fish" || !line.starts_with("webhook");
            let Some(found) = completions(shell, line).filter(|_| is_known) else { continue };
            for value in expected {
                assert!(found.iter().any(|one| one == value), "{shell}: {line}: {found:?}");
            }
        }
    }
}

#[test]
fn every_script_has_operations_flags_and_values() {
    for shell in ["bash", "zsh", "fish", "powershell"] {
        let script = gofive(&format!("completion {shell}")).payload();
        for word in ["add-case", "case-type", "get-employees-list", "request-for-action"] {
            assert!(script.contains(word), "{shell}: {word}");
        }
        // clap_complete writes no values of positional arguments for fish.
        assert_eq!(script.contains("new-sales-order"), shell != "fish", "{shell}");
    }
}

/// zsh reads the script without an error, where it is installed.
#[cfg(unix)]
#[test]
fn zsh_can_read_its_script() {
    if Command::new("zsh").arg("--version").output().is_err() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("_gofive"), gofive("completion zsh").payload()).unwrap();
    let program = r#"fpath=("$1" $fpath); autoload -Uz compinit; compinit -u -d "$1/dump"; autoload -Uz +X _gofive; print $_comps[gofive]"#;
    let mut zsh = Command::new("zsh");
    let zsh = zsh.args(["-f", "-c", program, "zsh"]).arg(folder.path()).env("HOME", folder.path());
    assert_eq!(run(zsh, "").payload(), "_gofive\n");
}

#[test]
fn every_command_has_a_page_of_the_manual() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(gofive(&format!("man {}", folder.path().display())).payload(), "");
    let page = std::fs::read_to_string(folder.path().join("gofive-venio-add-case.1")).unwrap();
    assert!(page.contains("case\\-type") && page.contains("api\\-13759273"), "{page}");
    assert!(page.contains(".PP\nPOST /v1/case\n.PP\nSource: "), "each line of the description is a paragraph: {page}");
    let pages = std::fs::read_dir(folder.path()).unwrap().count();
    let operations: usize = ["venio", "empeo", "etaxgo"]
        .map(|product| gofive(&format!("{product} --help --json")).json()["commands"].as_array().unwrap().len())
        .into_iter()
        .sum();
    assert!(pages > operations + 10, "{pages} pages for {operations} operations");
    if Command::new("groff").arg("--version").output().is_ok() {
        let mut groff = Command::new("groff");
        let shown =
            run(groff.args(["-Kutf8", "-man", "-Tutf8", "-ww"]).arg(folder.path().join("gofive-venio-add-case.1")), "");
        assert_eq!((shown.code, shown.stderr.as_str()), (0, ""));
        // A terminal shows each character twice to make it bold.
        assert!(shown.stdout.contains("request-for-action"), "{}", shown.stdout);
    }
}
