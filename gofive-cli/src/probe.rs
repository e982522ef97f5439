//! A call that only reads, and shows whether credentials work.

use gofive_api::{ErrorKind, Gofive, Idempotency, Method};
use gofive_spec::{Operation, ParameterLocation};

use crate::failure::Failure;
use crate::product;

/// Calls an operation that needs nothing. A refusal of that operation alone means that the credentials are valid.
pub(crate) async fn call(gofive: &Gofive) -> Result<(), Failure> {
    let operation = operation().ok_or_else(|| Failure::setup("no operation can be called for a test"))?;
    let request = gofive.request(Method::GET, &operation.path).name(&operation.id).idempotency(Idempotency::Safe);
    match request.send().await {
        Err(error) if !matches!(error.kind(), ErrorKind::Permission | ErrorKind::Business | ErrorKind::Decode) => {
            Err(error.into())
        }
        _ => Ok(()),
    }
}

/// The first operation that only reads, and has no parameters.
fn operation() -> Option<&'static Operation> {
    let operations = product::names().filter_map(product::product).flat_map(|product| &product.api.operations);
    operations.into_iter().find(|operation| {
        let is_get = operation.method == gofive_spec::Method::Get;
        let in_path = operation.parameters_in(ParameterLocation::Path).count();
        is_get && operation.needs_token && in_path == 0 && !operation.parameters.iter().any(|one| one.required)
    })
}
