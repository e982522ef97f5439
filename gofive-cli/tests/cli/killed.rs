//! Exports that are killed at random moments, and resumed.

use std::io::Read as _;
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::Duration;

use fastrand::Rng;
use gofive_sandbox::{Fault, Faults, RecordKind, Sandbox};
use serde_json::json;

use crate::gofive::{command, of_sandbox, on, words};

const LIST: &str = "venio get-products-by-filter --product-type product --status 1 --all";

async fn sandbox(products: usize) -> Sandbox {
    let sandbox = Sandbox::start().await.unwrap();
    for number in 0..products {
        let product = json!({"productCode": format!("P{number:06}"), "productName": "ปากกา \"แดง\", 1\nดำ"});
        sandbox.put_record(RecordKind::Products, product).unwrap();
    }
    sandbox
}

fn start(sandbox: &Sandbox, line: &str) -> Child {
    let mut command = command();
    of_sandbox(&mut command, sandbox).args(words(line)).stdout(Stdio::piped()).spawn().unwrap()
}

/// Waits, without a pause, until a file has so many bytes, or the command has ended; returns whether it has.
fn ends_before(child: &mut Child, file: &Path, length: u64) -> bool {
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            assert!(status.success());
            return true;
        }
        if std::fs::metadata(file).is_ok_and(|metadata| metadata.len() >= length) {
            return false;
        }
    }
}

/// Killed at any moment, also while it writes: the file has every record once, to the byte.
#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_the_same_as_without_interruption() {
    let sandbox = sandbox(8000).await;
    // So that no command ends before it is killed, however fast the machine is.
    sandbox.set_faults(Faults::seeded(1).with(Fault::delay(Duration::from_millis(20)), 1.0));
    // A page is larger than the buffer of the output, so most kills leave a part of it.
    let page = 1000;
    for format in ["csv", "ndjson"] {
        let whole = on(&sandbox, &format!("{LIST} -o {format}")).payload();
        let folder = tempfile::tempdir().unwrap();
        let (out, position) = (folder.path().join("out"), folder.path().join("position"));
        let line =
            format!("{LIST} -o {format} --page-size {page} --out {} --resume {}", out.display(), position.display());
        let seed = fastrand::u64(..);
        let mut random = Rng::with_seed(seed);
        let mut kills = 0;
        loop {
            let length = std::fs::metadata(&out).map_or(0, |metadata| metadata.len());
            // Some are killed before they have written anything.
            let further = if kills % 4 == 0 { 0 } else { random.u64(1..whole.len() as u64 / 6) };
            let mut child = start(&sandbox, &line);
            if ends_before(&mut child, &out, length + further) {
                break;
            }
            std::thread::sleep(match kills % 4 {
                0 => Duration::from_micros(random.u64(0..40_000)),
                1 => Duration::from_micros(random.u64(0..5_000)),
                _ => Duration::ZERO,
            });
            child.kill().unwrap();
            child.wait().unwrap();
            kills += 1;
        }
        assert!(kills >= 6, "{format}: only {kills} times");
        let resumed = std::fs::read_to_string(&out).unwrap();
        assert!(resumed == whole, "{format}, seed {seed}: {} and {} bytes", resumed.len(), whole.len());
    }
}

/// Into a pipe, which cannot be cut: nothing is lost, and at most one page comes twice.
#[tokio::test(flavor = "multi_thread")]
async fn a_pipe_gets_every_record() {
    let (sandbox, page) = (sandbox(2000).await, 20);
    let whole = on(&sandbox, &format!("{LIST} -o ndjson")).payload();
    let whole: Vec<&str> = whole.lines().collect();
    let folder = tempfile::tempdir().unwrap();
    let position = folder.path().join("position");
    let line = format!("{LIST} -o ndjson --page-size {page} --resume {}", position.display());
    let seed = fastrand::u64(..);
    let mut random = Rng::with_seed(seed);
    // The number of records that have arrived, and how often the command was killed.
    let (mut arrived, mut kills) = (0, 0);
    loop {
        let mut child = start(&sandbox, &line);
        let mut output = child.stdout.take().unwrap();
        let mut bytes = Vec::new();
        let limit = random.u64(0..whole.len() as u64 * 30);
        let is_whole = output.by_ref().take(limit).read_to_end(&mut bytes).unwrap() < usize::try_from(limit).unwrap();
        if !is_whole {
            child.kill().unwrap();
        }
        child.wait().unwrap();
        output.read_to_end(&mut bytes).unwrap();
        // A line that was cut has not arrived.
        let end = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |last| last + 1);
        let lines: Vec<_> = std::str::from_utf8(&bytes[..end]).unwrap().lines().collect();
        if let Some(first) = lines.first() {
            let start = whole.iter().position(|record| record == first).unwrap();
            assert!(start <= arrived, "seed {seed}: {} records are lost", start - arrived);
            assert!(start + page >= arrived, "seed {seed}: {} records come twice", arrived - start);
            assert!(whole[start..].starts_with(&lines), "seed {seed}: after {start}");
            arrived = start + lines.len();
        }
        if is_whole {
            break;
        }
        kills += 1;
    }
    assert_eq!(arrived, whole.len(), "seed {seed}, killed {kills} times");
    assert!(kills >= 3, "only {kills} times");
}
