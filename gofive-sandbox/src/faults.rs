//! Which faults there are, how probable, and the generator that decides.

use std::time::Duration;

use crate::fault::Fault;

/// Faults by probability and seed; none by default.
///
/// Every request is one decision, in the order in which requests arrive: the same seed, faults and requests give the
/// same faults again. Of the faults that a decision hits, [`Latency`](Fault::Latency) and
/// [`ClockSkew`](Fault::ClockSkew) take effect together with one other, the first that was added.
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
#[derive(Clone, Debug, Default)]
#[must_use = "it has an effect once a sandbox is told of it"]
pub struct Faults {
    seed: u64,
    on_token: bool,
    odds: Vec<(Fault, f64)>,
}

impl Faults {
    /// No faults yet, and the seed to decide by.
    pub fn seeded(seed: u64) -> Self {
        Self { seed, ..Self::default() }
    }

    /// Adds a fault that befalls a request with this probability, from 0 (never) to 1 (always).
    pub fn with(mut self, fault: Fault, probability: f64) -> Self {
        self.odds.push((fault, probability));
        self
    }

    /// Whether requests for a token are befallen as well; by default they are not.
    ///
    /// [`EarlyTokenExpiry`](Fault::EarlyTokenExpiry) needs no leave: it befalls no other requests.
    pub fn on_token(mut self, on_token: bool) -> Self {
        self.on_token = on_token;
        self
    }

    /// The generator, at its start.
    pub(crate) fn dice(&self) -> Dice {
        Dice(self.seed)
    }

    /// Decides about the next request.
    pub(crate) fn decide(&self, dice: &mut Dice, of_token: bool) -> Decision {
        // A generator of its own, so that one request's draws do not shift those of the next.
        let mut own = Dice(dice.next());
        let mut decision = Decision::default();
        for (fault, probability) in &self.odds {
            let (hit, share) = (own.share() < *probability, own.share());
            let at_home = match fault {
                Fault::EarlyTokenExpiry { .. } => of_token,
                _ => !of_token || self.on_token,
            };
            if hit && at_home {
                decision.add(fault, share);
            }
        }
        decision
    }
}

/// What befalls one request.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Decision {
    pub(crate) latency: Option<Duration>,
    /// By how many seconds the `Date` is wrong.
    pub(crate) skew: Option<i32>,
    /// A fault that is neither latency nor skew.
    pub(crate) fault: Option<Fault>,
}

impl Decision {
    /// The decision that was made beforehand.
    pub(crate) fn queued(fault: &Fault, dice: &mut Dice) -> Self {
        let mut decision = Self::default();
        decision.add(fault, Dice(dice.next()).share());
        decision
    }

    /// How many faults it is.
    pub(crate) fn count(&self) -> usize {
        usize::from(self.latency.is_some()) + usize::from(self.skew.is_some()) + usize::from(self.fault.is_some())
    }

    /// The lifetime of a token that expires early.
    pub(crate) fn lifetime(&self) -> Option<Duration> {
        match self.fault {
            Some(Fault::EarlyTokenExpiry { after }) => Some(after),
            _ => None,
        }
    }

    fn add(&mut self, fault: &Fault, share: f64) {
        match fault {
            Fault::Latency { at_least, at_most } => {
                let wait = *at_least + at_most.saturating_sub(*at_least).mul_f64(share);
                self.latency.get_or_insert(wait);
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

/// A `SplitMix64` generator: small, and the same everywhere.
#[derive(Clone, Debug)]
pub(crate) struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number from 0 up to, but not including 1.
    fn share(&mut self) -> f64 {
        f64::from((self.next() >> 32) as u32) / 4_294_967_296.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decisions(faults: &Faults, of_token: bool) -> Vec<Decision> {
        let mut dice = faults.dice();
        (0..200).map(|_| faults.decide(&mut dice, of_token)).collect()
    }

    #[test]
    fn the_generator_is_splitmix64() {
        let mut dice = Dice(1_234_567);
        let drawn = [dice.next(), dice.next(), dice.next()];
        assert_eq!(drawn, [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]);
        assert!((0..10_000).map(|_| dice.share()).all(|share| (0.0..1.0).contains(&share)));
    }

    #[test]
    fn a_seed_decides_always_the_same_and_about_as_often_as_said() {
        let faults = |seed| Faults::seeded(seed).with(Fault::BadGateway, 0.2).with(Fault::ResetAfter, 0.1);
        assert_eq!(decisions(&faults(1), false), decisions(&faults(1), false));
        assert_ne!(decisions(&faults(1), false), decisions(&faults(2), false));
        let hits = decisions(&faults(1), false).iter().filter(|decision| decision.fault.is_some()).count();
        assert!((30..=90).contains(&hits), "{hits} of 200 at 28 %");
    }

    #[test]
    fn zero_is_never_and_one_is_always() {
        let faults = Faults::seeded(3).with(Fault::ResetAfter, 0.0).with(Fault::BadGateway, 1.0);
        assert!(decisions(&faults, false).iter().all(|decision| decision.fault == Some(Fault::BadGateway)));
        let odd = Faults::seeded(3).with(Fault::ResetAfter, f64::NAN).with(Fault::HtmlPage, -1.0);
        assert!(decisions(&odd, false).iter().all(|decision| *decision == Decision::default()));
    }

    #[test]
    fn latency_stays_within_its_bounds_and_combines() {
        let (at_least, at_most) = (Duration::from_millis(10), Duration::from_millis(20));
        let faults = Faults::seeded(5)
            .with(Fault::Latency { at_least, at_most }, 1.0)
            .with(Fault::ClockSkew { seconds: -9 }, 1.0)
            .with(Fault::BadGateway, 1.0)
            .with(Fault::HtmlPage, 1.0);
        let decided = decisions(&faults, false);
        assert!(decided.iter().all(|it| (at_least..at_most).contains(&it.latency.unwrap()) && it.count() == 3));
        assert!(decided.iter().any(|it| it.latency != decided[0].latency));
        assert!(decided.iter().all(|it| (it.skew, &it.fault) == (Some(-9), &Some(Fault::BadGateway))));
    }

    #[test]
    fn the_token_endpoint_is_spared_unless_asked_for() {
        let early = Fault::EarlyTokenExpiry { after: Duration::ZERO };
        let faults = Faults::seeded(5).with(Fault::BadGateway, 1.0).with(early.clone(), 1.0);
        assert_eq!(decisions(&faults, true)[0].fault, Some(early));
        assert_eq!(decisions(&faults.clone().on_token(true), true)[0].fault, Some(Fault::BadGateway));
        assert_eq!(decisions(&faults, false)[0].fault, Some(Fault::BadGateway));
    }
}
