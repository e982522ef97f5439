//! One call of the load: its kind, and how long its caller waits.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use gofive_api::Error;
use gofive_api::venio::{AddCustomerEventRequest, EditCustomerEventRequest, Venio};
use gofive_sandbox::{Operation, operation};

use super::Plan;

pub(super) const CUSTOMER: &str = "C000154";
/// The operation that creates. It is not idempotent.
pub(super) const CREATE: Operation = operation::ADD_CUSTOMER_EVENT;
/// The operation that writes. It is idempotent.
pub(super) const WRITE: Operation = operation::EDIT_CUSTOMER_EVENT;
const PREFIX: &str = "soak ";
/// The documented events, which are not those of [`CUSTOMER`].
const EVENTS: [i64; 3] = [2, 9, 13];
const PRODUCTS: [&str; 3] = ["A001", "A002", "A003"];
/// The share of calls with an impatient caller. About half of them end before they are dropped.
const IMPATIENT: f64 = 0.2;

/// The kind of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CallKind {
    Create,
    Write,
    Read,
}

/// How long a caller waits for its call.
#[derive(Clone, Copy, Debug)]
pub(super) enum Patience {
    Endless,
    Time(Duration),
    /// Polls the call so many times, then leaves it for a while, although it could make progress, and drops it.
    Polls(u32, Duration),
}

/// A call. Its number and the seed decide about it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Call {
    pub(super) number: usize,
    pub(super) kind: CallKind,
    pub(super) patience: Patience,
}

/// What a call returned.
#[derive(Clone, Copy, Debug)]
pub(super) enum Done {
    Created(i64),
    Written,
    Read,
    /// The payload belongs to another request.
    MixedUp,
}

impl Call {
    pub(super) fn of(number: usize, plan: &Plan) -> Self {
        let kind = match number % 10 {
            0..3 => CallKind::Create,
            3 => CallKind::Write,
            _ => CallKind::Read,
        };
        let mut random = fastrand::Rng::with_seed(plan.seed ^ (number as u64) << 16);
        let patience = if random.f64() >= IMPATIENT {
            Patience::Endless
        } else if random.bool() {
            // From 0.1 to 300 milliseconds; half of them are below 5.
            Patience::Time(Duration::from_secs_f64(10.0_f64.powf(random.f64() * 3.5 - 4.0)))
        } else {
            Patience::Polls(random.u32(1..=6), Duration::from_millis(random.u64(..20)))
        };
        Self { number, kind, patience }
    }

    /// Makes the call. Returns `None` if it was dropped.
    pub(super) async fn run(self, venio: &Venio) -> Option<Result<Done, Error>> {
        let call = async {
            match self.kind {
                CallKind::Create => self.create(venio).await,
                CallKind::Write => self.write(venio).await,
                CallKind::Read => self.read(venio).await,
            }
        };
        match self.patience {
            Patience::Endless => Some(call.await),
            Patience::Time(time) => tokio::time::timeout(time, call).await.ok(),
            Patience::Polls(mut left, pause) => {
                let mut call = pin!(call);
                let ended = poll_fn(|context| {
                    if left == 0 {
                        return Poll::Ready(None);
                    }
                    left -= 1;
                    call.as_mut().poll(context).map(Some)
                });
                let ended = ended.await;
                if ended.is_none() {
                    tokio::time::sleep(pause).await;
                }
                ended
            }
        }
    }

    async fn create(self, venio: &Venio) -> Result<Done, Error> {
        let event = AddCustomerEventRequest::builder()
            .event_name(self.name())
            .event_type(1)
            .event_date(jiff::Timestamp::UNIX_EPOCH)
            .customer_code(CUSTOMER)
            .build();
        let created = venio.add_customer_event(&event).await?;
        let id = created.json().pointer("/eventId").and_then(|id| id.read().ok());
        Ok(id.map_or(Done::MixedUp, Done::Created))
    }

    async fn write(self, venio: &Venio) -> Result<Done, Error> {
        let edit = EditCustomerEventRequest::builder().event_name(self.name()).build();
        let written = venio.edit_customer_event(EVENTS[self.number % EVENTS.len()], &edit).await?;
        let same = written.event_name == Some(self.name());
        Ok(if same { Done::Written } else { Done::MixedUp })
    }

    async fn read(self, venio: &Venio) -> Result<Done, Error> {
        let product = venio.get_product(self.product()).await?;
        let same = product.product_code.as_deref() == Some(self.product());
        Ok(if same { Done::Read } else { Done::MixedUp })
    }

    fn name(self) -> String {
        format!("{PREFIX}{}", self.number)
    }

    fn product(self) -> &'static str {
        PRODUCTS[self.number % PRODUCTS.len()]
    }
}

/// The number of the call that creates an event of this name.
pub(super) fn number_of(name: &str) -> Option<usize> {
    name.strip_prefix(PREFIX)?.parse().ok()
}
