//! `cups-bench MODE --option value …`: loads a WebSocket server in one way, and prints one JSON line for each thing measured.
//!
//! One thread and raw sockets, so that the client takes far less time than the servers it measures. With `--pid` it reads the
//! server's CPU time at the beginning and the end of each measured window. `floor` is no client but the server to compare with.

// Counts and times of a run are far from the limits of these conversions.
#![allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)]

mod args;
mod conn;
mod dialect;
mod floor;
mod modes;
mod net;
mod report;
mod server;
mod setup;
mod websocket;

use std::error::Error;
use std::process::ExitCode;

use args::Args;

/// What goes wrong ends the run: half a measurement is none.
pub type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("cups-bench: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Outcome<()> {
    let (mode, args) = Args::parse(std::env::args().skip(1))?;
    setup::allow_files()?;
    match mode.as_str() {
        "floor" => floor::run(&args),
        "room" => modes::room::run(&args),
        "pairs" => modes::pairs::run(&args),
        "idle" => modes::idle::run(&args),
        "handshakes" => modes::handshakes::run(&args),
        "storm" => modes::storm::run(&args),
        "stalled" => modes::stalled::run(&args),
        "overload" => modes::overload::run(&args),
        "mixed" => modes::mixed::run(&args),
        _ => Err(format!("there is no mode {mode}").into()),
    }
}
