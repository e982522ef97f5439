//! The error of a sandbox that does not start.

use std::fmt;

use gofive_spec::SpecError;

use crate::record_error::LoadError;

/// The reason why a sandbox does not start.
#[derive(Debug)]
#[non_exhaustive]
pub enum SandboxError {
    /// The server cannot listen on the port.
    #[non_exhaustive]
    Listen {
        /// The requested port; 0 means any free port.
        port: u16,
        /// The error of the operating system.
        source: std::io::Error,
    },
    /// The bundled spec cannot be parsed.
    Spec(SpecError),
    /// The records of the builder cannot be loaded.
    Records(LoadError),
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
            Self::Listen { port: 0, source } => write!(f, "cannot listen on any port of 127.0.0.1: {source}"),
            Self::Listen { port, source } => write!(
                f,
                "cannot listen on port {port} of 127.0.0.1: {source}; stop the program that uses it, or choose another \
                 port (0 takes a free one)"
            ),
            Self::Spec(error) => write!(f, "cannot parse the bundled spec: {error}; run `cargo xtask codegen`"),
            Self::Records(error) => write!(f, "cannot load the records: {error}"),
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
            Self::Records(error) => Some(error),
            Self::UnknownOperation { .. } | Self::InvalidWebhookHost { .. } => None,
        }
    }
}
