//! A call that only reads, and shows whether credentials work.

use gofive_api::{Error, ErrorKind, Gofive, Idempotency, Method};
use gofive_spec::{Operation, ParameterLocation};

use crate::failure::Failure;
use crate::product;

/// Calls an operation that needs nothing. A refusal of that operation alone means that the credentials are valid.
pub(crate) async fn call(gofive: &Gofive) -> Result<(), Failure> {
    match send(gofive, operation()?).await {
        Err(error) if !is_of_the_operation(&error) => Err(error.into()),
        _ => Ok(()),
    }
}

/// Calls an operation.
pub(crate) async fn send(gofive: &Gofive, operation: &Operation) -> Result<(), Error> {
    let request = gofive.request(Method::GET, &operation.path).name(&operation.id).idempotency(Idempotency::Safe);
    request.send().await.map(drop)
}

/// Whether an error is about the operation that was called: it is the response to valid credentials.
fn is_of_the_operation(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::Permission | ErrorKind::Business)
}

/// The first reviewed operation that only reads, and needs no argument.
pub(crate) fn operation() -> Result<&'static Operation, Failure> {
    let operations = product::names().filter_map(product::product).flat_map(|product| &product.api.operations);
    let found = operations.into_iter().find(|operation| {
        let is_get = operation.method == gofive_spec::Method::Get;
        let in_path = operation.parameters_in(ParameterLocation::Path).count();
        is_get
            && operation.is_reviewed
            && operation.needs_token
            && in_path == 0
            && !operation.parameters.iter().any(|one| one.required)
    });
    found.ok_or_else(|| Failure::setup("no operation can be called for a test"))
}
