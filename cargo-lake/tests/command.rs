//! The binary as people run it: its words and its exit codes.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::{AtomicUsize, Ordering};

/// A folder that is removed at the end of the test.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Folder {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let next = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("cargo-lake-command-{}-{next}", std::process::id());
        let path = std::env::temp_dir().join(name);
        fs::create_dir_all(&path).unwrap();
        Folder(path)
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.0.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_cargo-lake"))
        .args(arguments)
        .current_dir(folder)
        .env_remove("LAKE_TEST_UNSET")
        .output()
        .unwrap()
}

/// Runs it and holds exit code, output and errors against what they should be;
/// of these two, the beginning.
#[track_caller]
fn check(folder: &Path, arguments: &[&str], code: i32, out: &str, err: &str) {
    let output = run(folder, arguments);
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

#[test]
fn init_writes_once() {
    let folder = Folder::new();
    let told = "Wrote lake.toml. Name your engines and your source in it, \
                then run `cargo lake refresh`.\n";
    check(&folder.0, &["lake", "init"], 0, told, "");
    let text = fs::read_to_string(folder.0.join("lake.toml")).unwrap();
    assert!(text.contains("\ntargets = [\"datafusion\"]\n"), "{text}");
    fs::write(folder.0.join("lake.toml"), "mine").unwrap();
    // Called by its own name, as well as by cargo.
    let refused = "error: lake.toml is already there\n  = help: edit it, or remove it first";
    check(&folder.0, &["init"], 2, "", refused);
    assert_eq!(fs::read_to_string(folder.0.join("lake.toml")).unwrap(), "mine");
    check(&folder.0, &["init", "missing"], 2, "", "error: could not create missing");
}

#[test]
fn mistakes_are_told_with_file_and_reason() {
    let folder = Folder::new();
    let missing = run(&folder.0, &["refresh"]);
    let stderr = String::from_utf8(missing.stderr).unwrap();
    assert!(stderr.starts_with("error: there is no lake.toml in "), "{stderr}");
    assert!(stderr.contains("\n  = help: run `cargo lake init`"), "{stderr}");

    folder.write("a.toml", "targets = ['trinoo']");
    let wrong = "error: a.toml:1:12: there is no engine `trinoo`; did you mean `trino`?\n";
    check(&folder.0, &["refresh", "--config", "a.toml"], 2, "", wrong);
    check(&folder.0, &["diff", "--config", "b.toml"], 2, "", "error: could not read b.toml: ");

    folder.write("c.toml", "targets = ['trino']");
    check(&folder.0, &["--config", "c.toml", "diff"], 2, "", "error: c.toml names no source\n");

    let unset = "targets = ['trino']\n[source.x]\nurl = 'trino://u:${LAKE_TEST_UNSET}@host'";
    folder.write("lake.toml", unset);
    folder.write("deep/er/x", "");
    let output = run(&folder.0.join("deep/er"), &["lake", "refresh", "x"]);
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(stderr.contains("needs the environment variable LAKE_TEST_UNSET, which is not set"));
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn help_names_the_commands_and_exit_codes() {
    let folder = Folder::new();
    let output = run(&folder.0, &["lake", "--help"]);
    let help = String::from_utf8(output.stdout).unwrap();
    for part in ["Usage: cargo lake", "init", "refresh", "diff", "Exit codes: 0 done; 1 `diff`"] {
        assert!(help.contains(part), "{help}");
    }
    assert_eq!(run(&folder.0, &["lake", "nonsense"]).status.code(), Some(2));
}
