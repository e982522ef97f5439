//! The program, as a shell or a container runs it.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed, as it should")]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

const PROGRAM: &str = env!("CARGO_BIN_EXE_gofive-sandbox");

/// A program that runs until it is stopped.
struct Running {
    child: Child,
    /// What it has printed when it had started.
    printed: String,
    url: String,
}

fn start(arguments: &[&str]) -> Running {
    let mut command = Command::new(PROGRAM);
    let command = command.args(["--port", "0"]).args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let (mut printed, mut url) = (String::new(), None);
    for line in BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap) {
        printed.push_str(&line);
        printed.push('\n');
        url = url.or(line.strip_prefix("export GOFIVE_BASE_URL=").map(str::to_owned));
        if line.starts_with("Press Ctrl-C") {
            break;
        }
    }
    Running { child, url: url.unwrap_or_else(|| panic!("{printed}")), printed }
}

fn run(arguments: &[&str]) -> Output {
    Command::new(PROGRAM).args(arguments).output().unwrap()
}

impl Running {
    /// Sends a request, and returns the whole response.
    fn send(&self, head: &str) -> String {
        let mut stream = TcpStream::connect(self.url.strip_prefix("http://").unwrap()).unwrap();
        write!(stream, "{head}\r\nHost: localhost\r\nConnection: close\r\n\r\n").unwrap();
        let mut response = String::new();
        stream.read_to_string(&mut response).unwrap();
        response
    }

    /// Stops it as a container does, and returns what it has printed to the standard error.
    fn stop(mut self) -> String {
        let killed = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().unwrap();
        assert!(killed.success());
        let mut errors = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut errors).unwrap();
        assert!(self.child.wait().unwrap().success(), "{errors}");
        errors
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn the_log_is_beside_the_variables_for_a_shell() {
    let sandbox = start(&["--log", "--cors", "http://localhost:5173"]);
    let exports: Vec<_> = sandbox.printed.lines().filter_map(|line| line.strip_prefix("export ")).collect();
    assert_eq!(
        exports[1..],
        [
            "GOFIVE_CLIENT_ID=sandbox-client",
            "GOFIVE_CLIENT_SECRET=sandbox-secret",
            "GOFIVE_SUBSCRIPTION_KEY=sandbox-key"
        ]
    );
    assert!(sandbox.printed.contains("in a browser to see and to control it.\n"), "{}", sandbox.printed);
    assert!(sandbox.printed.ends_with("Press Ctrl-C to stop it; it then forgets all data.\n"), "{}", sandbox.printed);

    let response = sandbox.send("GET /v2/products/A001?token=secret HTTP/1.1\r\nOrigin: http://localhost:5173");
    assert!(response.starts_with("HTTP/1.1 401 Unauthorized\r\n"), "{response}");
    assert!(response.contains("\r\naccess-control-allow-origin: http://localhost:5173\r\n"), "{response}");
    sandbox.send("GET /nothing HTTP/1.1");
    let log = sandbox.stop();
    let lines: Vec<_> = log.lines().map(|line| line.split_once(' ').unwrap().1).collect();
    assert_eq!(
        lines,
        [
            "GET /v2/products/A001?token=*** get_product 401 refused: the subscription key is missing or wrong",
            "GET /nothing - 404 refused: there is no path /nothing",
        ]
    );
    assert_eq!(start(&[]).stop(), "", "nothing is logged unless it is asked for");
}

#[test]
fn records_outlive_the_program_in_a_state_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("state.json");
    let arguments = ["--state", file.to_str().unwrap()];
    let sandbox = start(&arguments);
    assert!(
        sandbox.printed.contains(&format!("it then saves its records to {}.", file.display())),
        "{}",
        sandbox.printed
    );
    let before = read(&file);
    sandbox.stop();
    assert_eq!(read(&file), before);
    std::fs::write(&file, before.replace("T250200010", "T999999999")).unwrap();
    start(&arguments).stop();
    assert!(read(&file).contains("T999999999"), "it was loaded");

    std::fs::write(&file, "not JSON").unwrap();
    let output = run(&["--port", "0", "--state", file.to_str().unwrap()]);
    let problem = String::from_utf8(output.stderr).unwrap();
    assert!(
        !output.status.success() && problem.starts_with("The sandbox cannot start: cannot use the state file: "),
        "{problem}"
    );
    assert_eq!(read(&file), "not JSON");
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap()
}

#[test]
fn a_health_check_needs_no_other_program() {
    for arguments in [&[][..], &["--host", "0.0.0.0"], &["--control-token", "t"], &["--no-control"], &["--host", "::1"]]
    {
        let sandbox = start(arguments);
        let mut check = Command::new(PROGRAM);
        let check = check.args(["--health", &sandbox.url]).env("GOFIVE_SANDBOX_CONTROL_TOKEN", "t").output().unwrap();
        assert!(check.status.success() && check.stderr.is_empty(), "{arguments:?}: {check:?}");
        let url = sandbox.url.clone();
        sandbox.stop();
        let check = run(&["--health", &url]);
        let problem = String::from_utf8(check.stderr).unwrap();
        assert!(!check.status.success() && problem.contains(" does not respond: "), "{problem}");
    }
}

#[test]
fn the_health_of_another_server_is_a_failure() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let server = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").unwrap();
        stream.shutdown(std::net::Shutdown::Write).unwrap();
        let _ = stream.read_to_end(&mut Vec::new());
    });
    let check = run(&["--health", &url]);
    assert!(
        String::from_utf8(check.stderr).unwrap().contains(" is not a sandbox: it responds with \"HTTP/1.1 200 OK\"")
    );
    assert!(!check.status.success());
    server.join().unwrap();
}

#[test]
fn a_sandbox_that_others_can_reach_prints_its_control_token() {
    let sandbox = start(&["--host", "0.0.0.0"]);
    let token = sandbox.printed.split("need the control token ").nth(1).unwrap().lines().next().unwrap();
    let with_token = format!("GET /__sandbox/operations HTTP/1.1\r\nAuthorization: Bearer {token}");
    assert!(sandbox.send(&with_token).starts_with("HTTP/1.1 200 OK"));
    assert!(sandbox.send("GET /__sandbox/operations HTTP/1.1").starts_with("HTTP/1.1 401 Unauthorized"));
    let closed = start(&["--no-control"]);
    assert!(!closed.printed.contains("control"), "{}", closed.printed);
    assert!(closed.send("GET /__sandbox/operations HTTP/1.1").starts_with("HTTP/1.1 404 Not Found"));
}

#[test]
fn a_wrong_argument_is_explained() {
    for (arguments, expected) in [
        (&["--cors", "localhost"][..], "The sandbox cannot start: pages of `localhost` cannot be allowed, "),
        (
            &["--host", "no.such.host.invalid"],
            "The sandbox cannot start: cannot listen on port 4010 of no.such.host.invalid: ",
        ),
        (&["--allow-target", "http://a"], "The sandbox cannot start: webhooks cannot be allowed to `http://a`"),
        (
            &["--records", "/no/such/folder"],
            "The sandbox cannot start: cannot load the records: cannot access /no/such/folder",
        ),
        (&["--control-token", ""], "error: a value is required for '--control-token <TOKEN>'"),
        (&["--no-control", "--control-token", "t"], "error: the argument '--no-control' cannot be used with "),
        (&["--health", "localhost:4010"], "expected the base URL of a sandbox, such as http://127.0.0.1:4010"),
        (&["--fault", "bad-gatewy=1"], "unknown fault bad-gatewy; `--fault list` prints the names"),
        (&["--fault", "bad-gateway=2"], "the probability must be from 0 to 1"),
    ] {
        let output = run(arguments);
        let problem = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success() && problem.contains(expected), "{arguments:?}: {problem}");
    }
    let faults = String::from_utf8(run(&["--fault", "list"]).stdout).unwrap();
    assert!(faults.contains("bad-gateway                      HTTP 502 with an HTML page\n"), "{faults}");
}
