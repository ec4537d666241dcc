//! What the server under test costs: its CPU time and its memory, seen from outside.

use std::fs;
use std::time::Duration;

use nix::time::{clock_gettime, ClockId};
use nix::unistd::Pid;

use crate::Outcome;

/// The server's process.
#[derive(Clone, Copy)]
pub struct Server {
    pid: i32,
}

/// Memory in KiB, from `smaps_rollup`.
#[derive(Clone, Copy, Default)]
pub struct Memory {
    pub resident: u64,
    /// Pages that no other process shares.
    pub private: u64,
}

impl Server {
    pub fn new(pid: i32) -> Self {
        Self { pid }
    }

    /// User and system time of all threads, those that have ended included: the process's own CPU clock, to the nanosecond.
    pub fn cpu(self) -> Outcome<Duration> {
        if self.pid == 0 {
            return Ok(Duration::ZERO);
        }
        let clock = ClockId::pid_cpu_clock_id(Pid::from_raw(self.pid))?;
        Ok(clock_gettime(clock)?.into())
    }

    pub fn memory(self) -> Outcome<Memory> {
        let mut found = Memory::default();
        if self.pid == 0 {
            return Ok(found);
        }
        for line in fs::read_to_string(format!("/proc/{}/smaps_rollup", self.pid))?.lines() {
            let mut words = line.split_ascii_whitespace();
            let (name, value) = (words.next().unwrap_or(""), words.next().unwrap_or(""));
            match name {
                "Rss:" => found.resident = value.parse()?,
                "Private_Clean:" | "Private_Dirty:" => found.private += value.parse::<u64>()?,
                _ => {}
            }
        }
        Ok(found)
    }
}
