//! The standard input and output of the server, without a client.

use std::io::{Write as _, copy};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::process::Stdio;
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use gofive_sandbox::{Fault, Sandbox, operation};
use serde_json::{Value, json};

use crate::gofive::{Run, command, of_sandbox, run};

/// The lines that begin a conversation.
fn beginning() -> String {
    let initialize = json!({
        "jsonrpc": "2.0", "id": 0, "method": "initialize",
        "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}},
    });
    format!("{initialize}\n{}\n", json!({"jsonrpc": "2.0", "method": "notifications/initialized"}))
}

fn call(id: u64, arguments: &Value) -> String {
    let params = json!({"name": "call_operation", "arguments": arguments});
    format!("{}\n", json!({"jsonrpc": "2.0", "id": id, "method": "tools/call", "params": params}))
}

/// The messages of a server that has ended without a failure, and has printed nothing else.
fn messages(run: Run) -> Vec<Value> {
    run.payload().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_in_flight_ends_before_the_server() {
    let sandbox = Sandbox::start().await.unwrap();
    let delay = Duration::from_millis(300);
    sandbox.queue_faults(operation::GET_PRODUCT, vec![Fault::Delay { min: delay, max: delay }]);
    let product = json!({"operation": "get_product", "path": {"productCode": "A001"}});
    let messages = messages(run(of_sandbox(&mut command(), &sandbox).arg("mcp"), &(beginning() + &call(1, &product))));
    assert_eq!(messages.len(), 2, "{messages:?}");
    let text = messages[1]["result"]["content"][0]["text"].as_str().unwrap();
    assert!(text.contains("\"productCode\":\"A001\""), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_server_ends_also_if_a_call_does_not() {
    let sandbox = Sandbox::start().await.unwrap();
    let delay = Duration::from_secs(600);
    sandbox.queue_faults(operation::GET_PRODUCT, vec![Fault::Delay { min: delay, max: delay }]);
    let product = json!({"operation": "get_product", "path": {"productCode": "A001"}});
    let messages = messages(run(of_sandbox(&mut command(), &sandbox).arg("mcp"), &(beginning() + &call(1, &product))));
    assert_eq!(messages.len(), 1, "{messages:?}");
    assert_eq!(messages[0]["result"]["serverInfo"]["name"], "gofive");
}

/// A server between a client and a sandbox. Returns its URL, and what receives a message when the client has closed a connection.
fn between(sandbox: &Sandbox) -> (String, Receiver<()>) {
    let target = sandbox.base_url().strip_prefix("http://").unwrap().trim_end_matches('/').to_owned();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let (sender, closed) = channel();
    thread::spawn(move || {
        for client in listener.incoming() {
            let (client, server) = (client.unwrap(), TcpStream::connect(&target).unwrap());
            let (mut from, mut to) = (server.try_clone().unwrap(), client.try_clone().unwrap());
            thread::spawn(move || copy(&mut from, &mut to).and_then(|_| to.shutdown(Shutdown::Write)));
            let sender = sender.clone();
            thread::spawn(move || {
                let _ = copy(&mut &client, &mut &server);
                let _ = (server.shutdown(Shutdown::Both), sender.send(()));
            });
        }
    });
    (url, closed)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_read_that_the_agent_cancels_ends() {
    let sandbox = Sandbox::start().await.unwrap();
    let delay = Duration::from_secs(600);
    sandbox.queue_faults(operation::GET_PRODUCT, vec![Fault::Delay { min: delay, max: delay }]);
    let (url, closed) = between(&sandbox);
    let mut server = command();
    let pipes = of_sandbox(&mut server, &sandbox).env("GOFIVE_BASE_URL", url).arg("mcp").stdin(Stdio::piped());
    let mut child = pipes.stdout(Stdio::null()).spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    let product = json!({"operation": "get_product", "path": {"productCode": "A001"}});
    input.write_all((beginning() + &call(1, &product)).as_bytes()).unwrap();
    while sandbox.calls(operation::GET_PRODUCT) == 0 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert!(closed.try_recv().is_err(), "the call is on its way");
    let cancelled = json!({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": 1}});
    input.write_all(format!("{cancelled}\n").as_bytes()).unwrap();
    closed.recv_timeout(Duration::from_secs(60)).expect("the connection of the call is closed");
    drop(input);
    assert!(child.wait().unwrap().success());
}

#[test]
fn a_server_without_an_agent_ends() {
    assert_eq!(run(command().arg("mcp"), "").payload(), "");
}

#[test]
fn what_is_not_a_message_does_not_end_the_server() {
    let lines = "not JSON\n{}\n[1]\n\u{e01}\n{\"jsonrpc\": \"2.0\", \"id\": 5, \"method\": \"nosuch\"}\n";
    let unknown_tool = r#"{"jsonrpc": "2.0", "id": 6, "method": "tools/call", "params": {"name": "rm"}}"#;
    let product = json!({"operation": "get_product", "path": {"productCode": "A001"}});
    let input = format!("{}{lines}{unknown_tool}\n{}", beginning(), call(7, &product));
    let messages = messages(run(command().args(["--sandbox", "mcp"]), &input));
    let of = |id: u64| messages.iter().find(|message| message["id"] == id).unwrap();
    assert!(of(6)["error"]["message"].as_str().unwrap().contains("call_operation"), "{messages:?}");
    assert!(of(5)["error"].is_object() && of(7)["result"]["isError"] == false, "{messages:?}");
}

#[test]
fn a_server_whose_output_is_closed_ends_with_its_input() {
    let mut command = command();
    let pipes = command.args(["--sandbox", "mcp"]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = pipes.spawn().unwrap();
    drop(child.stdout.take());
    let mut input = child.stdin.take().unwrap();
    // It may have ended already, because it cannot write.
    let _ = input.write_all(beginning().as_bytes());
    drop(input);
    assert!(child.wait().unwrap().code().is_some(), "no signal ends it");
}
