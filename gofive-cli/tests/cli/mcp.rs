//! `gofive mcp`, by the client of the SDK, over the standard input and output of the binary.

#[cfg(not(feature = "mcp"))]
#[test]
fn a_command_without_the_server_says_how_to_get_it() {
    let refused = crate::gofive::gofive("mcp");
    assert_eq!((refused.code, refused.stdout.as_str()), (2, ""));
    assert!(refused.stderr.contains("cargo install gofive-cli --features mcp"), "{refused:?}");
}

#[cfg(feature = "mcp")]
#[path = "mcp/agent.rs"]
mod agent;
#[cfg(feature = "mcp")]
#[path = "mcp/calls.rs"]
mod calls;
#[cfg(feature = "mcp")]
#[path = "mcp/failures.rs"]
mod failures;
#[cfg(feature = "mcp")]
#[path = "mcp/protocol.rs"]
mod protocol;
