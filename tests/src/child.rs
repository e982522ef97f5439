//! A test in a process of its own, because what it changes or measures belongs to a whole process: environment variables,
//! memory, file descriptors, the crypto provider. The test starts its own binary again, with its own name.

use std::env::{current_exe, var_os};
use std::process::{Command, Output};

/// The variable that is set in the child process.
const CHILD: &str = "GOFIVE_TEST_CHILD";

/// Whether this process runs one test for another process.
pub fn is_child() -> bool {
    var_os(CHILD).is_some()
}

/// A command that runs one test of this binary: `module_path!()` and the name of the function.
pub fn command(module: &str, test: &str) -> Command {
    let mut command = Command::new(current_exe().expect("the binary of the tests exists"));
    command.args(arguments(module, test)).env(CHILD, "1");
    command
}

/// The same command, with a limit of the shell's `ulimit`: `-n 64`.
pub fn limited(limit: &str, module: &str, test: &str) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", &format!("ulimit {limit}; exec \"$0\" \"$@\"")]);
    command.arg(current_exe().expect("the binary of the tests exists"));
    command.args(arguments(module, test)).env(CHILD, "1");
    command
}

/// Runs the command and returns what it prints. Panics if the test fails, or if no test has this name.
#[track_caller]
pub fn run(command: &mut Command) -> String {
    let Output { status, stdout, stderr } = command.output().expect("the child process can be started");
    let printed = String::from_utf8_lossy(&stdout).into_owned();
    let passed = status.success() && printed.contains("test result: ok. 1 passed");
    assert!(passed, "{command:?}: {status}\n{printed}{}", String::from_utf8_lossy(&stderr));
    printed
}

fn arguments(module: &str, test: &str) -> [String; 3] {
    // The name of a test does not have the name of the binary, with which the path of its module begins.
    let test = match module.split_once("::") {
        Some((_, module)) => format!("{module}::{test}"),
        None => test.to_owned(),
    };
    [test, "--exact".to_owned(), "--nocapture".to_owned()]
}
