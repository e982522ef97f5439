//! Reads the bodies of requests into a bounded amount of memory.

use std::fmt;
use std::time::Duration;

use axum::body::{Body, HttpBody as _};
use axum::http::HeaderMap;
use axum::http::header::EXPECT;
use futures_util::StreamExt as _;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::timeout;

/// The number of bodies of the maximum size that fit into the memory for bodies.
const BODIES: u32 = 4;

/// The time that a body has to arrive, so that no client keeps the memory that others wait for.
const TIMEOUT: Duration = Duration::from_secs(30);

/// The memory for the bodies of all requests.
#[derive(Debug)]
pub(crate) struct Bodies {
    max_size: usize,
    /// One permit for each byte.
    memory: Semaphore,
}

/// A body with the memory that it takes until it is dropped.
#[derive(Debug)]
pub(crate) struct ReceivedBody<'a> {
    pub(crate) bytes: Vec<u8>,
    _memory: SemaphorePermit<'a>,
}

/// The reason why a body was not read.
#[derive(Debug)]
pub(crate) enum BodyError {
    TooLarge { max_size: usize },
    TooSlow,
    Broken(axum::Error),
}

impl Bodies {
    pub(crate) fn new(max_size: usize) -> Self {
        // A permit is counted in 32 bits when it is taken.
        let max_size = max_size.min((u32::MAX / BODIES) as usize);
        Self { max_size, memory: Semaphore::new(max_size * BODIES as usize) }
    }

    /// Reads a body as soon as there is memory for it.
    pub(crate) async fn read(&self, headers: &HeaderMap, body: Body) -> Result<ReceivedBody<'_>, BodyError> {
        let too_large = BodyError::TooLarge { max_size: self.max_size };
        // A body without a length may have the maximum one.
        let size = body.size_hint().upper().map_or(Some(self.max_size), |size| usize::try_from(size).ok());
        let Some(size) = size.filter(|size| *size <= self.max_size) else {
            self.discard(headers, body).await;
            return Err(too_large);
        };
        // The semaphore is never closed, and `new` has limited the size to 32 bits.
        let permits = u32::try_from(size).unwrap_or(u32::MAX);
        let memory = self.memory.acquire_many(permits).await.map_err(|_| too_large)?;
        let (mut bytes, mut chunks) = (Vec::new(), body.into_data_stream());
        let all = async {
            while let Some(chunk) = chunks.next().await {
                let chunk = chunk.map_err(BodyError::Broken)?;
                if bytes.len() + chunk.len() > size {
                    return Err(BodyError::TooLarge { max_size: self.max_size });
                }
                bytes.extend_from_slice(&chunk);
            }
            Ok(())
        };
        timeout(TIMEOUT, all).await.unwrap_or(Err(BodyError::TooSlow))?;
        Ok(ReceivedBody { bytes, _memory: memory })
    }

    /// Discards a body while it arrives: some clients read the response only after they have sent everything.
    ///
    /// A client that waits for `100 Continue` sends nothing, and reads the response immediately.
    pub(crate) async fn discard(&self, headers: &HeaderMap, body: Body) {
        if headers.contains_key(EXPECT) {
            return;
        }
        let (mut chunks, mut size) = (body.into_data_stream(), 0);
        let all = async {
            while let Some(Ok(chunk)) = chunks.next().await {
                size += chunk.len();
                if size > self.max_size {
                    break;
                }
            }
        };
        // A client that is too slow gets the response before it has sent everything.
        let _ = timeout(TIMEOUT, all).await;
    }
}

impl BodyError {
    /// The HTTP status code of the response.
    pub(crate) fn status(&self) -> u16 {
        match self {
            Self::TooLarge { .. } => 413,
            Self::TooSlow => 408,
            Self::Broken(_) => 400,
        }
    }
}

impl fmt::Display for BodyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge { max_size } => {
                write!(f, "the body has more than {max_size} bytes, which is the limit of this sandbox")
            }
            Self::TooSlow => write!(f, "the body did not arrive within {TIMEOUT:?}"),
            Self::Broken(error) => write!(f, "the body cannot be read: {error}"),
        }
    }
}
