//! What the server under test costs: its CPU time and its memory, seen from outside.

use std::fs;
use std::time::Duration;

use nix::time::{clock_gettime, ClockId};
use nix::unistd::Pid;

use crate::Outcome;

/// The server's processes, and those beside it (a database and whatever it starts) whose time is told apart.
#[derive(Clone, Default)]
pub struct Server {
    pids: Vec<i32>,
    beside: Vec<i32>,
}

/// Memory in KiB, from `smaps_rollup`.
#[derive(Clone, Copy, Default)]
pub struct Memory {
    pub resident: u64,
    /// Pages that no other process shares.
    pub private: u64,
}

impl Server {
    pub fn new(pids: Vec<i32>, beside: Vec<i32>) -> Self {
        Self { pids, beside }
    }

    /// User and system time of all threads, those that have ended included: the processes' own CPU clocks, to the nanosecond.
    pub fn cpu(&self) -> Outcome<Duration> {
        self.pids.iter().map(|&pid| cpu(pid)).sum()
    }

    /// The same of those beside it and of their children that live.
    pub fn cpu_beside(&self) -> Outcome<Duration> {
        let mut all = Duration::ZERO;
        for &pid in &self.beside {
            all += cpu(pid)?;
            let children = fs::read_to_string(format!("/proc/{pid}/task/{pid}/children"))?;
            // One that has just ended has no time any more.
            all += children.split_whitespace().filter_map(|child| cpu(child.parse().ok()?).ok()).sum();
        }
        Ok(all)
    }

    pub fn memory(&self) -> Outcome<Memory> {
        let mut found = Memory::default();
        for pid in &self.pids {
            for line in fs::read_to_string(format!("/proc/{pid}/smaps_rollup"))?.lines() {
                let mut words = line.split_ascii_whitespace();
                let (name, value) = (words.next().unwrap_or(""), words.next().unwrap_or(""));
                match name {
                    "Rss:" => found.resident += value.parse::<u64>()?,
                    "Private_Clean:" | "Private_Dirty:" => found.private += value.parse::<u64>()?,
                    _ => {}
                }
            }
        }
        Ok(found)
    }
}

fn cpu(pid: i32) -> Outcome<Duration> {
    let clock = ClockId::pid_cpu_clock_id(Pid::from_raw(pid))?;
    Ok(clock_gettime(clock)?.into())
}
