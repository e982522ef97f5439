//! An agent: the client of the SDK, which has started the server.

use std::process::Stdio;

use gofive_sandbox::Sandbox;
use rmcp::model::{CallToolRequestParams, Tool};
use rmcp::service::RunningService;
use rmcp::{RoleClient, ServiceExt as _};
use serde_json::Value;
use tokio::process::{Child, Command};

use crate::gofive::{command, of_sandbox, words};

pub(crate) struct Agent {
    client: RunningService<RoleClient, ()>,
    server: Child,
}

impl Agent {
    /// Starts a server with a command line, without credentials.
    pub(crate) async fn start(line: &str) -> Self {
        let mut command = command();
        command.args(words(line));
        Self::of(command).await
    }

    /// Starts a server that calls a sandbox.
    pub(crate) async fn on(sandbox: &Sandbox, line: &str) -> Self {
        let mut command = command();
        of_sandbox(&mut command, sandbox).args(words(line));
        Self::of(command).await
    }

    /// Starts a server by a command.
    pub(crate) async fn of(command: std::process::Command) -> Self {
        let mut command = Command::from(command);
        let pipes = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut server = pipes.kill_on_drop(true).spawn().unwrap();
        let (output, input) = (server.stdout.take().unwrap(), server.stdin.take().unwrap());
        Self { client: ().serve((output, input)).await.unwrap(), server }
    }

    pub(crate) async fn tools(&self) -> Vec<Tool> {
        self.client.list_all_tools().await.unwrap()
    }

    pub(crate) fn instructions(&self) -> String {
        self.client.peer_info().unwrap().instructions.clone().unwrap_or_default()
    }

    /// The result of a tool as text, and whether it is an error.
    pub(crate) async fn text(&self, tool: &'static str, arguments: Value) -> (String, bool) {
        let arguments = arguments.as_object().unwrap().clone();
        let result = self.client.call_tool(CallToolRequestParams::new(tool).with_arguments(arguments)).await.unwrap();
        let text = result.content[0].as_text().unwrap().text.clone();
        (text, result.is_error == Some(true))
    }

    /// The result of a tool that succeeds.
    pub(crate) async fn result(&self, tool: &'static str, arguments: Value) -> Value {
        let (text, is_error) = self.text(tool, arguments).await;
        assert!(!is_error, "{text}");
        serde_json::from_str(&text).unwrap()
    }

    /// The result of `call_operation`.
    pub(crate) async fn call(&self, arguments: Value) -> Value {
        self.result("call_operation", arguments).await
    }

    /// The failure of a tool.
    pub(crate) async fn failure(&self, tool: &'static str, arguments: Value) -> Value {
        let (text, is_error) = self.text(tool, arguments).await;
        assert!(is_error, "{text}");
        serde_json::from_str(&text).unwrap()
    }

    /// Closes the input of the server, which then ends without a failure, and has printed nothing about it.
    pub(crate) async fn end(self) {
        self.client.cancel().await.unwrap();
        let ended = self.server.wait_with_output().await.unwrap();
        assert!(ended.status.success() && ended.stderr.is_empty(), "{ended:?}");
    }
}
