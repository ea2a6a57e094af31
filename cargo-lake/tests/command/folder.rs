//! A folder to run `cargo lake` in.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};
use std::sync::atomic::{AtomicUsize, Ordering};

/// A folder that is removed at the end of the test.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new() -> Folder {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let next = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("cargo-lake-command-{}-{next}", std::process::id());
        let path = std::env::temp_dir().join(name);
        fs::create_dir_all(&path).unwrap();
        Folder(path)
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    /// Runs `cargo-lake` in the folder.
    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        self.run_in(".", arguments)
    }

    /// Runs `cargo-lake` in a folder below.
    pub(crate) fn run_in(&self, below: &str, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_cargo-lake"))
            .args(arguments)
            .current_dir(self.path(below))
            .env_remove("LAKE_TEST_UNSET")
            .output()
            .unwrap()
    }

    /// Runs it and holds exit code, output and errors against what they should be;
    /// of these two, the beginning.
    #[track_caller]
    pub(crate) fn check(&self, arguments: &[&str], code: i32, out: &str, err: &str) {
        let output = self.run(arguments);
        let stdout = String::from_utf8(output.stdout).unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        let fits = |found: &str, expected: &str| {
            if expected.is_empty() { found.is_empty() } else { found.starts_with(expected) }
        };
        assert!(
            output.status.code() == Some(code) && fits(&stdout, out) && fits(&stderr, err),
            "{arguments:?}\n{}\n{stdout}\n{stderr}",
            output.status
        );
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // A folder left over does no harm.
        let _ = fs::remove_dir_all(&self.0);
    }
}
