//! Many sends with one system call, by `io_uring`. A third to a sixth cheaper than one call each, where the system allows it.

use std::os::fd::{AsRawFd, BorrowedFd};

use io_uring::{opcode, types, IoUring, Probe};
use rustix::io::Errno;
use rustix::net::SendFlags;

/// What the ring is asked with: as a plain `send` would be.
#[allow(clippy::cast_possible_wrap)] // Small bits of a C int.
const FLAGS: i32 = SendFlags::NOSIGNAL.union(SendFlags::DONTWAIT).bits() as i32;

/// A ring of the kernel's, used for sending alone, and empty between two calls.
pub struct Ring {
    ring: IoUring,
    results: Vec<Result<usize, Errno>>,
}

impl std::fmt::Debug for Ring {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Ring").finish_non_exhaustive()
    }
}

impl Ring {
    /// For so many sends at once. None where the system has no `io_uring`, forbids it, or knows no send.
    #[must_use]
    pub fn new(entries: u32) -> Option<Self> {
        let ring = IoUring::new(entries).ok()?;
        let mut probe = Probe::new();
        ring.submitter().register_probe(&mut probe).ok()?;
        probe.is_supported(opcode::Send::CODE).then(|| Self { ring, results: Vec::new() })
    }

    /// Sends each of these bytes to its socket, without waiting for any of them; what became of each, in order. None if
    /// the ring is broken: then nothing was sent, and it must not be used again.
    ///
    /// # Panics
    /// If there are more than the ring was made for.
    pub fn send_each<'a>(
        &mut self,
        sends: impl ExactSizeIterator<Item = (BorrowedFd<'a>, &'a [u8])>,
    ) -> Option<&[Result<usize, Errno>]> {
        let count = sends.len();
        self.results.clear();
        self.results.resize(count, Err(Errno::AGAIN));
        {
            let mut queue = self.ring.submission();
            assert!(count <= queue.capacity() - queue.len(), "the ring is too small");
            for (number, (socket, bytes)) in (0..).zip(sends) {
                // A single send takes no more than the kernel's own limit for one call; the rest is the caller's to send.
                let size = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
                let send = opcode::Send::new(types::Fd(socket.as_raw_fd()), bytes.as_ptr(), size)
                    .flags(FLAGS)
                    .build()
                    .user_data(number);
                // SAFETY: socket and bytes are borrowed for the whole of this call, which does not return before all
                // that the kernel has taken is answered. There is room, as was seen above.
                unsafe { queue.push(&send) }.expect("there is room");
            }
        }
        self.settle(count).then_some(&self.results)
    }

    /// Hands all over and waits for all answers; false if the kernel took nothing.
    fn settle(&mut self, count: usize) -> bool {
        let mut answered = 0;
        while answered < count {
            // A send that may not wait is answered by the very call that hands it over, so this waits for nobody.
            if let Err(error) = self.ring.submit_and_wait(count - answered) {
                let interrupted = error.raw_os_error() == Some(Errno::INTR.raw_os_error());
                if !interrupted && self.ring.submission().len() == count {
                    return false;
                }
                // Interrupted, or short of memory for a moment: what was taken must be waited for in any case.
                std::thread::yield_now();
            }
            for answer in self.ring.completion() {
                let number = usize::try_from(answer.user_data()).unwrap_or(usize::MAX);
                if let Some(result) = self.results.get_mut(number) {
                    let code = answer.result();
                    *result = usize::try_from(code).map_err(|_| Errno::from_raw_os_error(-code));
                    answered += 1;
                }
            }
        }
        true
    }
}
