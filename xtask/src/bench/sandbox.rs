//! Loads the sandbox and Prism, which mocks the same bundle, with the same requests.

use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use serde::Deserialize;
use serde_json::Value;

use super::environment::{facts, first_line};
use crate::workspace::cargo;

/// How long each server is loaded with as many requests as it takes.
const LONG: Duration = Duration::from_secs(60);
/// How long each is loaded with as many as both take.
const SHORT: Duration = Duration::from_secs(20);
const CONNECTIONS: &str = "32";
/// `enquire_employees`, for the employees that the sandbox has.
const OPERATION: (&str, &str) = ("/v1/Employees/Enquiry", r#"{"keyWord":"UAT","orderBy":0,"skip":0,"pageLength":50}"#);

/// Loads both; returns the tables.
pub(super) fn run(workspace: &Path) -> Result<String> {
    let prism = first_line("prism", "--version")
        .context("Prism is not installed: run `npm install --global @stoplight/prism-cli`")?;
    let oha = first_line("oha", "--version").context("oha is not installed: run `cargo install oha --locked`")?;
    let mut build = Command::new(cargo());
    build.args(["build", "--quiet", "--release", "-p", "gofive-sandbox", "--features", "cli"]).current_dir(workspace);
    ensure!(build.status()?.success(), "the sandbox does not compile");

    let servers = [("gofive-sandbox", Server::sandbox(workspace)?), ("Prism", Server::prism(workspace)?)];
    let loads = servers.iter().map(|(_, server)| server.load(LONG, None)).collect::<Result<Vec<_>>>()?;
    let rates: Vec<_> = loads.iter().map(|(load, _)| load.summary.rate).collect();
    let prism_rate = rates.last().copied().unwrap_or_default();
    let mut lines = vec![facts(format!("Prism {prism}, {oha}"))?.trim_end().to_owned()];
    lines.push(format!(
        "\nAs many requests as each takes over {CONNECTIONS} connections, for {} s:\n\n| | requests per second | ratio to Prism | \
         failed | MiB after a third, at the end |\n|---|---:|---:|---:|---:|",
        LONG.as_secs()
    ));
    for ((name, _), (load, [third, end])) in servers.iter().zip(&loads) {
        let (rate, failed) = (load.summary.rate, load.failed());
        lines.push(format!("| {name} | {rate:.0} | {:.1} | {failed:.2} % | {third}, {end} |", rate / prism_rate));
    }
    let rate = rates.iter().copied().fold(f64::INFINITY, f64::min) * 0.6;
    lines.push(format!(
        "\n{rate:.0} requests per second, for {} s:\n\n| | p50, ms | p99, ms |\n|---|---:|---:|",
        SHORT.as_secs()
    ));
    for (name, server) in &servers {
        let (load, _) = server.load(SHORT, Some(rate))?;
        let [p50, p99] = [load.latency.p50, load.latency.p99].map(|seconds| seconds * 1000.0);
        lines.push(format!("| {name} | {p50:.2} | {p99:.2} |"));
    }
    let text = lines.join("\n");
    println!("{text}");
    Ok(text)
}

/// A server that runs until it is dropped.
struct Server {
    process: Child,
    url: String,
    headers: Vec<String>,
}

/// What oha measures.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Load {
    summary: Summary,
    #[serde(rename = "latencyPercentiles")]
    latency: Latency,
    status_code_distribution: std::collections::BTreeMap<String, u64>,
    error_distribution: std::collections::BTreeMap<String, u64>,
}

#[derive(Deserialize)]
struct Summary {
    #[serde(rename = "requestsPerSec")]
    rate: f64,
}

/// In seconds.
#[derive(Deserialize)]
struct Latency {
    p50: f64,
    p99: f64,
}

impl Server {
    /// The sandbox, and a token of it.
    fn sandbox(workspace: &Path) -> Result<Self> {
        let faults = ["bad-gateway=0.005", "too-many-requests=0.005"].map(|fault| ["--fault", fault]);
        let mut command = Command::new(workspace.join("target/release/gofive-sandbox"));
        command.args(["--port", "0"]).args(faults.as_flattened());
        let mut process = command.stdout(Stdio::piped()).spawn().context("the sandbox cannot be started")?;
        let mut exports = std::collections::BTreeMap::new();
        for line in BufReader::new(process.stdout.take().context("it has an output")?).lines() {
            let line = line?;
            if let Some((name, value)) = line.strip_prefix("export ").and_then(|export| export.split_once('=')) {
                exports.insert(name.to_owned(), value.to_owned());
            } else if line.starts_with("Press") {
                break;
            }
        }
        let of = |name: &str| exports.get(name).cloned().with_context(|| format!("the sandbox prints no {name}"));
        let (url, key) = (of("GOFIVE_BASE_URL")?, of("GOFIVE_SUBSCRIPTION_KEY")?);
        let form = [
            ("grant_type", "client_credentials".to_owned()),
            ("client_id", of("GOFIVE_CLIENT_ID")?),
            ("client_secret", of("GOFIVE_CLIENT_SECRET")?),
        ];
        let token = token(&format!("{url}/authorization/connect/token"), &key, &form)?;
        let headers = vec![format!("Ocp-Apim-Subscription-Key: {key}"), format!("Authorization: Bearer {token}")];
        Ok(Self { process, url, headers })
    }

    fn prism(workspace: &Path) -> Result<Self> {
        // The port is free a moment before Prism takes it.
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let mut command = Command::new("prism");
        command.args(["mock", "--port", &port.to_string(), "gofive-spec/bundled/venio.json"]).current_dir(workspace);
        let process = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().context("Prism cannot be started")?;
        let server = Self {
            process,
            url: format!("http://127.0.0.1:{port}"),
            headers: ["Ocp-Apim-Subscription-Key: key", "Authorization: Bearer token"].map(ToOwned::to_owned).into(),
        };
        for _ in 0..300 {
            if std::net::TcpStream::connect(("127.0.0.1", port)).is_ok() {
                return Ok(server);
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        anyhow::bail!("Prism does not listen")
    }

    /// Sends requests, at most so many each second. Returns what oha measures, and the server's memory on the way, in MiB.
    fn load(&self, time: Duration, rate: Option<f64>) -> Result<(Load, [u64; 2])> {
        let (path, body) = OPERATION;
        let mut oha = Command::new("oha");
        oha.args(["--no-tui", "--output-format", "json", "-c", CONNECTIONS, "-m", "POST", "-T", "application/json"]);
        oha.args(["-d", body, "-z", &format!("{}s", time.as_secs())]);
        for header in &self.headers {
            oha.args(["-H", header]);
        }
        if let Some(rate) = rate {
            oha.args(["-q", &format!("{rate:.0}"), "--latency-correction"]);
        }
        let oha = oha.arg(format!("{}{path}", self.url)).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
        std::thread::sleep(time / 3);
        let third = self.memory();
        let done = oha.wait_with_output()?;
        ensure!(done.status.success(), "oha failed: {}", String::from_utf8_lossy(&done.stderr));
        let load = serde_json::from_slice(&done.stdout).context("oha prints something else than it did")?;
        Ok((load, [third, self.memory()]))
    }

    /// What the process has of the machine's memory, in MiB; 0 where the system does not say.
    fn memory(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id())).unwrap_or_default();
        let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kib = resident.and_then(|size| size.trim().trim_end_matches(" kB").parse().ok());
        kib.unwrap_or(0_u64).div_ceil(1024)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Load {
    /// How many of 100 requests had no success.
    fn failed(&self) -> f64 {
        let failed: u64 =
            self.status_code_distribution.iter().filter(|(status, _)| *status != "200").map(|(_, count)| count).sum();
        let all: u64 = self.status_code_distribution.values().sum();
        let broken: u64 = self.error_distribution.values().sum();
        #[expect(clippy::cast_precision_loss, reason = "a share for people")]
        let share = (failed + broken) as f64 / (all + broken).max(1) as f64;
        share * 100.0
    }
}

fn token(url: &str, key: &str, form: &[(&str, String)]) -> Result<String> {
    // An error means that there is one already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let response: Value = runtime.block_on(async {
        let request = reqwest::Client::new().post(url).header("Ocp-Apim-Subscription-Key", key).form(form);
        request.send().await?.error_for_status()?.json().await
    })?;
    Ok(response["access_token"].as_str().context("the sandbox issued no token")?.to_owned())
}
