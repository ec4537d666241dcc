//! What a mode found, as one JSON object on a line of its own; and the percentiles of latencies.

use std::fmt::Write;
use std::time::Duration;

/// Fields in the order they were added.
#[derive(Default)]
pub struct Report {
    text: String,
}

impl Report {
    fn field(&mut self, name: &str, value: &dyn std::fmt::Display) -> &mut Self {
        let comma = if self.text.is_empty() { "" } else { ", " };
        let _ = write!(self.text, "{comma}\"{name}\": {value}");
        self
    }

    pub fn count(&mut self, name: &str, value: impl TryInto<u64>) -> &mut Self {
        self.field(name, &value.try_into().unwrap_or(u64::MAX))
    }

    pub fn number(&mut self, name: &str, value: f64) -> &mut Self {
        self.field(name, &(if value.is_finite() { value } else { 0.0 }))
    }

    /// Words of our own, without characters that would need escaping.
    pub fn word(&mut self, name: &str, value: &str) -> &mut Self {
        self.field(name, &format_args!("\"{value}\""))
    }

    pub fn seconds(&mut self, name: &str, value: Duration) -> &mut Self {
        self.number(name, value.as_secs_f64())
    }

    /// p50, p99 and the largest, in milliseconds, each under `prefix_`.
    pub fn latencies(&mut self, prefix: &str, latencies: &mut Latencies) -> &mut Self {
        for (name, share) in [("p50", 0.5), ("p99", 0.99), ("max", 1.0)] {
            let at = latencies.at(share);
            self.number(&format!("{prefix}_{name}_ms"), at.as_secs_f64() * 1e3);
        }
        self
    }

    pub fn print(&self) {
        println!("{{{}}}", self.text);
    }
}

/// All latencies of a run.
#[derive(Default)]
pub struct Latencies {
    micros: Vec<u32>,
}

impl Latencies {
    pub fn add(&mut self, took: Duration) {
        self.micros.push(took.as_micros().try_into().unwrap_or(u32::MAX));
    }

    /// The latency that this share of all did not exceed; zero of none.
    pub fn at(&mut self, share: f64) -> Duration {
        self.micros.sort_unstable();
        let last = self.micros.len().saturating_sub(1);
        let place = (last as f64 * share).round() as usize;
        Duration::from_micros(self.micros.get(place).copied().unwrap_or(0).into())
    }

    pub fn clear(&mut self) {
        self.micros.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_of_what_was_added() {
        let mut latencies = Latencies::default();
        assert_eq!(latencies.at(0.99), Duration::ZERO);
        for micros in (0..=100).rev() {
            latencies.add(Duration::from_micros(micros));
        }
        assert_eq!(latencies.at(0.5), Duration::from_micros(50));
        assert_eq!(latencies.at(0.99), Duration::from_micros(99));
        assert_eq!(latencies.at(1.0), Duration::from_micros(100));
    }
}
