//! Where the compiler can't see that all is well: descriptors that come in as plain numbers, and the ring. The only unsafe code.
#![allow(unsafe_code)]

mod ring;

pub use ring::Ring;

use std::os::fd::{BorrowedFd, FromRawFd, OwnedFd, RawFd};

use rustix::io::{fcntl_dupfd_cloexec, fcntl_getfd, Errno};

/// A copy of a descriptor that stays with the caller.
///
/// # Errors
/// `EBADF` if no file is open under this number, or what the system says to the copying.
pub fn duplicate(fd: RawFd) -> Result<OwnedFd, Errno> {
    if fd < 0 {
        return Err(Errno::BADF);
    }
    // SAFETY: it is not -1, and is used for one system call that answers EBADF if nothing is open there.
    let borrowed = unsafe { BorrowedFd::borrow_raw(fd) };
    fcntl_dupfd_cloexec(borrowed, 0)
}

/// Takes over a descriptor that the caller gives away.
///
/// # Errors
/// `EBADF` if no file is open under this number.
pub fn take(fd: RawFd) -> Result<OwnedFd, Errno> {
    if fd < 0 {
        return Err(Errno::BADF);
    }
    // SAFETY: as above.
    fcntl_getfd(unsafe { BorrowedFd::borrow_raw(fd) })?;
    // SAFETY: it is open, as was just seen, and the caller's contract is that nobody else closes it from now on.
    Ok(unsafe { OwnedFd::from_raw_fd(fd) })
}
