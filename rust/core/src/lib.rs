//! The Python module `cups._core`: converts, calls, converts. All thinking is in the pure crates.
//!
//! The structures belong to the loop's thread. Using one from two threads at once is refused by `PyO3` with an
//! exception; using one while it is iterating over an argument is refused the same way. `Screening` alone may be used from any. A `Reactor` that writes to many lets
//! other threads run meanwhile.

mod arguments;
mod error;
mod messages;
mod moderation;
mod pace;
mod panics;
mod reactor;
mod requests;
mod rooms;
mod screening;

use mimalloc::MiMalloc;
use pyo3::prelude::*;

/// Texts and frames are many small pieces that come and go between threads: a room's mixed traffic takes an eighth less time with it than
/// with the system's own.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// The Rust core as Python sees it.
#[pymodule]
fn _core(module: &Bound<'_, PyModule>) -> PyResult<()> {
    panics::tell_places_alone();
    module.add("__version__", env!("CARGO_PKG_VERSION"))?;
    module.add_class::<requests::RequestQueue>()?;
    module.add_class::<requests::Claim>()?;
    module.add_class::<requests::Listener>()?;
    module.add_class::<rooms::Fanout>()?;
    module.add_class::<reactor::Reactor>()?;
    module.add_class::<messages::Lane>()?;
    module.add_class::<messages::MessageLog>()?;
    module.add_class::<messages::Refs>()?;
    module.add_class::<messages::SaidBatch>()?;
    module.add_class::<pace::Pace>()?;
    module.add_class::<moderation::WarningLadder>()?;
    module.add_class::<moderation::WarningOutcome>()?;
    module.add_class::<screening::Screening>()?;
    module.add_class::<screening::ScreeningVerdict>()?;
    module.add_class::<screening::ScreeningHit>()?;
    Ok(())
}
