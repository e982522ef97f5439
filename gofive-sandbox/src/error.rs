//! The error of a sandbox that does not start.

use std::{fmt, io};

use gofive_spec::SpecError;

use crate::records::error::LoadError;

/// The reason why a sandbox does not start.
#[derive(Debug)]
#[non_exhaustive]
pub enum SandboxError {
    /// The server cannot listen on the host and port.
    #[non_exhaustive]
    Listen {
        /// The requested host, a name or an address.
        host: String,
        /// The requested port; 0 means any free port.
        port: u16,
        /// The error of the operating system.
        source: io::Error,
    },
    /// An origin that [`allow_origin`](crate::SandboxBuilder::allow_origin) allows is not one.
    #[non_exhaustive]
    InvalidOrigin {
        /// The text.
        origin: String,
    },
    /// The bundled spec cannot be parsed.
    Spec(SpecError),
    /// The records of the builder cannot be loaded.
    Records(LoadError),
    /// The [`state_file`](crate::SandboxBuilder::state_file) cannot be loaded or written.
    State(LoadError),
    /// The sandbox handles an operation that no bundled spec has, for example because the spec renamed it.
    ///
    /// This is a mistake in the sandbox. Without this error, the sandbox would respond with the documented example.
    #[non_exhaustive]
    UnknownOperation {
        /// The `operationId` that the sandbox handles.
        operation_id: String,
        /// The `operationId` of the specs that resembles it most, if there is one.
        nearest: Option<String>,
    },
    /// A host that [`allow_webhook_host`](crate::SandboxBuilder::allow_webhook_host) allows is not one.
    #[non_exhaustive]
    InvalidWebhookHost {
        /// The text.
        host: String,
    },
}

impl fmt::Display for SandboxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Listen { host, port, source } => {
                match port {
                    0 => write!(f, "cannot listen on any port of {host}: {source}")?,
                    port => write!(f, "cannot listen on port {port} of {host}: {source}")?,
                }
                f.write_str(listening_hint(source))
            }
            Self::InvalidOrigin { origin } => write!(
                f,
                "pages of `{origin}` cannot be allowed, because browsers send no such origin; write the scheme, the host in \
                 lower case and the port, unless it is that of the scheme, such as `http://localhost:5173`, or `*`"
            ),
            Self::Spec(error) => write!(f, "cannot parse the bundled spec: {error}; run `cargo xtask codegen`"),
            Self::Records(error) => write!(f, "cannot load the records: {error}"),
            Self::State(error) => write!(
                f,
                "cannot use the state file: {error}; choose a file in a folder that can be written, or one that a sandbox has \
                 written"
            ),
            Self::UnknownOperation { operation_id, nearest } => {
                write!(f, "the sandbox handles the operation `{operation_id}`, which no bundled spec has")?;
                if let Some(nearest) = nearest {
                    write!(f, "; the nearest one is `{nearest}`")?;
                }
                f.write_str("; correct the identifier in gofive-sandbox/src/store")
            }
            Self::InvalidWebhookHost { host } => write!(
                f,
                "webhooks cannot be allowed to `{host}`, which is not a host; write a name or an IP address, without a scheme, a \
                 port or brackets"
            ),
        }
    }
}

impl std::error::Error for SandboxError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Listen { source, .. } => Some(source),
            Self::Spec(error) => Some(error),
            Self::Records(error) | Self::State(error) => Some(error),
            Self::InvalidOrigin { .. } | Self::UnknownOperation { .. } | Self::InvalidWebhookHost { .. } => None,
        }
    }
}

/// What to do about an error of the operating system, as the end of its sentence.
fn listening_hint(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::AddrInUse => "; stop the program that uses it, or choose another port (0 takes a free one)",
        io::ErrorKind::PermissionDenied => "; choose a port from 1024 on (0 takes a free one)",
        _ => "; choose an address of this machine: 127.0.0.1, or 0.0.0.0 for all of them",
    }
}
