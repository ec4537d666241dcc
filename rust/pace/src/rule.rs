//! One limit.

use crate::error::PaceError;

/// `burst` events at once, and then one per `period_ms`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    burst: i64,
    period_ms: i64,
}

impl Rule {
    /// The longest that a key may take from exhausted to rest: a hundred years. Far from where sums overflow.
    pub const MAX_SPAN_MS: i64 = 100 * 366 * 86_400_000;

    /// A rule.
    ///
    /// # Errors
    /// [`PaceError::BadRule`] if a number is below 1 or the product above [`Self::MAX_SPAN_MS`].
    pub fn new(burst: i64, period_ms: i64) -> Result<Self, PaceError> {
        let span = burst.checked_mul(period_ms).ok_or(PaceError::BadRule)?;
        if burst < 1 || period_ms < 1 || span > Self::MAX_SPAN_MS {
            return Err(PaceError::BadRule);
        }
        Ok(Self { burst, period_ms })
    }

    /// How many events at once.
    #[must_use]
    pub fn burst(self) -> i64 {
        self.burst
    }

    /// After how many milliseconds one more.
    #[must_use]
    pub fn period_ms(self) -> i64 {
        self.period_ms
    }

    /// From exhausted to rest, in milliseconds.
    pub(crate) fn span(self) -> i64 {
        self.burst * self.period_ms
    }

    /// What `cost` events weigh, in milliseconds.
    pub(crate) fn weight(self, cost: u32) -> Result<i64, PaceError> {
        let cost = i64::from(cost);
        if cost < 1 || cost > self.burst {
            return Err(PaceError::BadCost);
        }
        Ok(cost * self.period_ms)
    }
}
