//! The words and exit codes of what needs no data.

use std::fs;

use crate::folder::Folder;

#[test]
fn init_writes_once() {
    let folder = Folder::new();
    let told = "Wrote lake.toml. Name your engines and your source in it, \
                then run `cargo lake refresh`.\n";
    folder.check(&["lake", "init"], 0, told, "");
    let text = fs::read_to_string(folder.path("lake.toml")).unwrap();
    assert!(text.contains("\ntargets = [\"datafusion\"]\n"), "{text}");
    fs::write(folder.path("lake.toml"), "mine").unwrap();
    // Called by its own name, as well as by cargo.
    let refused = "error: lake.toml is already there\n  = help: edit it, or remove it first";
    folder.check(&["init"], 2, "", refused);
    assert_eq!(fs::read_to_string(folder.path("lake.toml")).unwrap(), "mine");
    folder.check(&["init", "missing"], 2, "", "error: could not create missing");
}

#[test]
fn mistakes_are_told_with_file_and_reason() {
    let folder = Folder::new();
    let missing = folder.run(&["refresh"]);
    let stderr = String::from_utf8(missing.stderr).unwrap();
    assert!(stderr.starts_with("error: there is no `lake.toml` in "), "{stderr}");
    assert!(stderr.contains("\n  = help: `cargo lake init` writes one\n"), "{stderr}");

    folder.write("a.toml", "targets = ['trinoo']");
    let wrong = "error: a.toml:1:12: engine `trinoo` does not exist; did you mean `trino`?\n";
    folder.check(&["refresh", "--config", "a.toml"], 2, "", wrong);
    folder.check(&["diff", "--config", "b.toml"], 2, "", "error: could not read b.toml: ");

    folder.write("c.toml", "targets = ['trino']");
    folder.check(&["--config", "c.toml", "diff"], 2, "", "error: c.toml names no source\n");

    let unset = "targets = ['trino']\n[source.x]\nurl = 'trino://u:${LAKE_TEST_UNSET}@host'";
    folder.write("lake.toml", unset);
    folder.write("deep/er/x", "");
    let output = folder.run_in("deep/er", &["lake", "refresh", "x"]);
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(stderr.contains("needs the environment variable LAKE_TEST_UNSET, which is not set"));
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn help_names_the_commands_and_exit_codes() {
    let folder = Folder::new();
    let output = folder.run(&["lake", "--help"]);
    let help = String::from_utf8(output.stdout).unwrap();
    for part in ["Usage: cargo lake", "init", "refresh", "diff", "Exit codes: 0 done; 1 `diff`"] {
        assert!(help.contains(part), "{help}");
    }
    assert_eq!(folder.run(&["lake", "nonsense"]).status.code(), Some(2));
}
