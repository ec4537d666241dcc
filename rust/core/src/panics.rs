//! What a panic says on standard error: where it was, and never its message, which may hold a piece of what somebody wrote. Python gets it as an exception.

/// Takes the place of Rust's own words, from now on and for every thread.
pub fn tell_places_alone() {
    std::panic::set_hook(Box::new(|told| {
        let place = told.location().map(ToString::to_string).unwrap_or_default();
        eprintln!("{{\"level\":\"error\",\"event\":\"the core panicked\",\"work\":\"{place}\"}}");
    }));
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    const PLANTED: &str = "CUPS_TEST_PANICS";

    /// In a process of its own, since the hook is everybody's.
    #[test]
    fn a_panic_says_where_and_not_what() {
        if std::env::var_os(PLANTED).is_some() {
            super::tell_places_alone();
            let text = String::from("é plantedWord");
            assert!(text[1..].is_empty(), "cut in the middle of a letter");
            return;
        }
        let done = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "panics::tests::a_panic_says_where_and_not_what", "--nocapture"])
            .env(PLANTED, "1")
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&done.stderr).into_owned() + &String::from_utf8_lossy(&done.stdout);
        assert!(!done.status.success() && said.contains("the core panicked"), "{said}");
        assert!(said.contains("panics.rs:") && !said.contains("plantedWord"), "{said}");
    }
}
