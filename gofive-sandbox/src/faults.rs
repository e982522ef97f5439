//! Random faults, and the generator that decides about them.

pub(crate) mod fault;
pub(crate) mod fault_response;
pub(crate) mod injector;

use std::time::Duration;

use serde::{Deserialize, Deserializer, Serialize};

use crate::faults::fault::Fault;

/// Random faults, each with a probability; the default has none.
///
/// A generator decides about each request in the order of arrival: the same seed, faults and requests give the same
/// result. Several faults can be drawn for one request. Then [`Delay`](Fault::Delay) and [`ClockSkew`](Fault::ClockSkew)
/// apply, and one other: the one that was added first.
///
/// ```
/// use gofive_sandbox::{Fault, Faults, Sandbox};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), gofive_sandbox::SandboxError> {
/// let faults = Faults::seeded(7).with(Fault::BadGateway, 0.1).with(Fault::ResetAfter, 0.05);
/// let sandbox = Sandbox::builder().faults(faults).start().await?;
/// # Ok(())
/// # }
/// ```
///
/// With serde: `{"seed": 7, "onTokenRequests": false, "faults": [{"fault": {"kind": "bad-gateway"}, "probability": 0.1}]}`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[must_use = "faults have an effect only when they are passed to a sandbox"]
pub struct Faults {
    seed: u64,
    on_token_requests: bool,
    #[serde(rename = "faults")]
    random: Vec<RandomFault>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RandomFault {
    fault: Fault,
    #[serde(deserialize_with = "probability")]
    probability: f64,
}

fn probability<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
    let probability = f64::deserialize(deserializer)?;
    let wrong = || serde::de::Error::custom(format!("{probability} is not a probability; use one from 0 to 1"));
    if (0.0..=1.0).contains(&probability) { Ok(probability) } else { Err(wrong()) }
}

impl Faults {
    /// Creates an empty set of faults with a seed for their generator.
    pub fn seeded(seed: u64) -> Self {
        Self { seed, ..Self::default() }
    }

    /// Adds a fault that applies to a request with this probability, from 0 (never) to 1 (always).
    pub fn with(mut self, fault: Fault, probability: f64) -> Self {
        self.random.push(RandomFault { fault, probability });
        self
    }

    /// Sets whether faults also apply to token requests; the default is false.
    ///
    /// [`EarlyTokenExpiry`](Fault::EarlyTokenExpiry) applies to token requests regardless, and to no other requests.
    pub fn on_token_requests(mut self, on_token_requests: bool) -> Self {
        self.on_token_requests = on_token_requests;
        self
    }

    /// Creates the generator in its initial state.
    pub(crate) fn rng(&self) -> Rng {
        Rng(self.seed)
    }

    /// Decides about the next request.
    pub(crate) fn decide(&self, rng: &mut Rng, is_token_request: bool) -> Decision {
        // Each request has its own generator, so that the number of its draws does not affect the next request.
        let mut request_rng = Rng(rng.next());
        let mut decision = Decision::default();
        for RandomFault { fault, probability } in &self.random {
            let (hit, fraction) = (request_rng.fraction() < *probability, request_rng.fraction());
            let applies = match fault {
                Fault::EarlyTokenExpiry { .. } => is_token_request,
                _ => !is_token_request || self.on_token_requests,
            };
            if hit && applies {
                decision.add(fault, fraction);
            }
        }
        decision
    }
}

/// The faults that apply to one request.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Decision {
    pub(crate) delay: Option<Duration>,
    /// The number of seconds that the `Date` is ahead.
    pub(crate) skew: Option<i32>,
    /// A fault other than a delay or clock skew.
    pub(crate) fault: Option<Fault>,
}

impl Decision {
    /// Creates the decision for a queued fault.
    pub(crate) fn queued(fault: &Fault, rng: &mut Rng) -> Self {
        let mut decision = Self::default();
        decision.add(fault, Rng(rng.next()).fraction());
        decision
    }

    /// The number of faults.
    pub(crate) fn count(&self) -> usize {
        usize::from(self.delay.is_some()) + usize::from(self.skew.is_some()) + usize::from(self.fault.is_some())
    }

    /// The lifetime of a token that expires early, if this is the fault.
    pub(crate) fn lifetime(&self) -> Option<Duration> {
        match self.fault {
            Some(Fault::EarlyTokenExpiry { after }) => Some(after),
            _ => None,
        }
    }

    /// The faults that apply.
    pub(crate) fn faults(&self) -> Vec<Fault> {
        let delay = self.delay.map(Fault::delay);
        let skew = self.skew.map(|seconds| Fault::ClockSkew { seconds });
        delay.into_iter().chain(skew).chain(self.fault.clone()).collect()
    }

    fn add(&mut self, fault: &Fault, fraction: f64) {
        match fault {
            Fault::Delay { min, max } => {
                let wait = *min + max.saturating_sub(*min).mul_f64(fraction);
                self.delay.get_or_insert(wait);
            }
            Fault::ClockSkew { seconds } => {
                self.skew.get_or_insert(*seconds);
            }
            other => {
                self.fault.get_or_insert_with(|| other.clone());
            }
        }
    }
}

/// A `SplitMix64` generator: small, and with the same numbers on every platform.
#[derive(Clone, Debug)]
pub(crate) struct Rng(u64);

impl Rng {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Returns a number from 0 (inclusive) to 1 (exclusive).
    fn fraction(&mut self) -> f64 {
        f64::from((self.next() >> 32) as u32) / 4_294_967_296.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decisions(faults: &Faults, is_token_request: bool) -> Vec<Decision> {
        let mut rng = faults.rng();
        (0..200).map(|_| faults.decide(&mut rng, is_token_request)).collect()
    }

    #[test]
    fn the_generator_is_splitmix64() {
        let mut rng = Rng(1_234_567);
        let drawn = [rng.next(), rng.next(), rng.next()];
        assert_eq!(drawn, [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]);
        assert!((0..10_000).map(|_| rng.fraction()).all(|fraction| (0.0..1.0).contains(&fraction)));
    }

    #[test]
    fn a_seed_gives_the_same_decisions_at_about_the_set_probability() {
        let faults = |seed| Faults::seeded(seed).with(Fault::BadGateway, 0.2).with(Fault::ResetAfter, 0.1);
        assert_eq!(decisions(&faults(1), false), decisions(&faults(1), false));
        assert_ne!(decisions(&faults(1), false), decisions(&faults(2), false));
        let hits = decisions(&faults(1), false).iter().filter(|decision| decision.fault.is_some()).count();
        assert!((30..=90).contains(&hits), "{hits} of 200 at 28 %");
    }

    #[test]
    fn probability_zero_is_never_and_one_is_always() {
        let faults = Faults::seeded(3).with(Fault::ResetAfter, 0.0).with(Fault::BadGateway, 1.0);
        assert!(decisions(&faults, false).iter().all(|decision| decision.fault == Some(Fault::BadGateway)));
        let odd = Faults::seeded(3).with(Fault::ResetAfter, f64::NAN).with(Fault::HtmlPage, -1.0);
        assert!(decisions(&odd, false).iter().all(|decision| *decision == Decision::default()));
    }

    #[test]
    fn a_delay_stays_within_its_bounds_and_combines() {
        let (min, max) = (Duration::from_millis(10), Duration::from_millis(20));
        let faults = Faults::seeded(5)
            .with(Fault::Delay { min, max }, 1.0)
            .with(Fault::ClockSkew { seconds: -9 }, 1.0)
            .with(Fault::BadGateway, 1.0)
            .with(Fault::HtmlPage, 1.0);
        let decided = decisions(&faults, false);
        assert!(decided.iter().all(|it| (min..max).contains(&it.delay.unwrap()) && it.count() == 3));
        assert!(decided.iter().any(|it| it.delay != decided[0].delay));
        assert!(decided.iter().all(|it| (it.skew, &it.fault) == (Some(-9), &Some(Fault::BadGateway))));
    }

    #[test]
    fn faults_are_read_from_json_strictly() {
        let second = Duration::from_secs(1);
        let faults = Faults::seeded(7)
            .with(Fault::Delay { min: Duration::ZERO, max: second }, 0.5)
            .with(Fault::ServiceUnavailable { retry_after: Some(second) }, 1.0);
        let json = serde_json::json!({"seed": 7, "onTokenRequests": false, "faults": [
            {"fault": {"kind": "delay", "minMs": 0, "maxMs": 1000}, "probability": 0.5},
            {"fault": {"kind": "service-unavailable", "retryAfterMs": 1000}, "probability": 1.0}
        ]});
        assert_eq!(serde_json::to_value(&faults).unwrap(), json);
        assert_eq!(serde_json::from_value::<Faults>(json).unwrap(), faults);
        for (_, fault) in Fault::presets() {
            let json = serde_json::to_value(&fault).unwrap();
            assert_eq!(serde_json::from_value::<Fault>(json).unwrap(), fault);
        }
        let wrong = |json: &str| serde_json::from_str::<Faults>(json).unwrap_err().to_string();
        let probability = wrong(r#"{"faults": [{"fault": {"kind": "bad-gateway"}, "probability": 2}]}"#);
        assert!(probability.starts_with("2 is not a probability; use one from 0 to 1"), "{probability}");
        assert!(
            wrong(r#"{"faults": [{"fault": {"kind": "bad"}, "probability": 1}]}"#).contains("unknown variant `bad`")
        );
        let field =
            wrong(r#"{"faults": [{"fault": {"kind": "service-unavailable", "retryAfter": 1}, "probability": 1}]}"#);
        assert!(field.contains("unknown field `retryAfter`"), "{field}");
    }

    #[test]
    fn faults_apply_to_token_requests_only_if_enabled() {
        let early = Fault::EarlyTokenExpiry { after: Duration::ZERO };
        let faults = Faults::seeded(5).with(Fault::BadGateway, 1.0).with(early.clone(), 1.0);
        assert_eq!(decisions(&faults, true)[0].fault, Some(early));
        assert_eq!(decisions(&faults.clone().on_token_requests(true), true)[0].fault, Some(Fault::BadGateway));
        assert_eq!(decisions(&faults, false)[0].fault, Some(Fault::BadGateway));
    }
}
