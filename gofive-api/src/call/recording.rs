//! Passes responses to the recorder of shapes.

use std::path::Path;

use gofive_shapes::{KnownNames, Recorder};

use crate::call::operation::Endpoint;
use crate::call::trace;
use crate::decoding::encoding;
use crate::decoding::response::Response;
use crate::errors::Error;

/// The recorder of a session.
pub(crate) struct Recording {
    recorder: Recorder,
    /// The operations of the spec. A custom request is recorded if it has the name of one.
    operations: KnownNames,
}

impl Recording {
    /// Opens the folder.
    pub(crate) fn open(folder: &Path, operations: KnownNames, properties: KnownNames) -> Result<Self, Error> {
        let on_error = |error: &gofive_shapes::RecordError| {
            tracing::warn!(target: trace::TARGET, %error, "shapes cannot be written");
        };
        let recorder = Recorder::open_with(folder, properties, on_error)
            .map_err(|error| Error::configuration(format!("{error}; set another folder with `record_shapes`")))?;
        Ok(Self { recorder, operations })
    }

    /// Records a response, unless it belongs to the exchange of tokens, or to no operation of the spec.
    pub(crate) fn add(&self, endpoint: &Endpoint<'_>, response: &Response) {
        if endpoint.bearer && response.cut_off.is_none() && self.operations.contains(endpoint.id) {
            let body = encoding::in_utf_8(&response.body);
            self.recorder.record_sparingly(endpoint.id, response.status.as_u16(), &body);
        }
    }

    /// Writes what is not in the files yet.
    pub(crate) fn write(&self) -> Result<(), Error> {
        self.recorder.write().map_err(|error| Error::configuration(error.to_string()))
    }
}
