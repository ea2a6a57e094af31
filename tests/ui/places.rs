//! Which names of an expansion stand where in its input: an editor looks a name that the
//! user wrote up in the expansion by its place, and takes each name that it finds there
//! for what the user's name means.
//!
//! `places/probe.rs` is a macro that says so of the macros' own code, `places/main.rs` asks
//! it, and `places/stdout` is what it says. `TRYBUILD=overwrite` writes that file.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

#[allow(dead_code, reason = "the other tests need the rest")]
mod cargo;

use cargo::libraries;

fn here() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

/// A folder that is gone when this is dropped.
struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Compiles a file of `places/` with these libraries at hand.
fn compile(file: &str, arguments: &[OsString]) {
    let output = Command::new(env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()))
        .arg(here().join("places").join(file))
        .args(["--edition=2024", "-Cdebuginfo=0"])
        .args(arguments)
        // For the macros, the package that is compiled.
        .env("CARGO_MANIFEST_DIR", here())
        .output()
        .expect("rustc runs");
    assert!(output.status.success(), "{file}: {}", String::from_utf8_lossy(&output.stderr));
}

fn equals(option: &str, path: &Path) -> OsString {
    let mut argument = OsString::from(option);
    argument.push(path);
    argument
}

#[test]
fn names_stand_where_the_user_wrote_them() {
    let folder = env::temp_dir().join(format!("lakequery-places-{}", std::process::id()));
    fs::create_dir_all(&folder).expect("a temporary folder");
    let folder = Folder(folder);
    let (probe, program) = (folder.0.join("libprobe.so"), folder.0.join("program"));

    let names = [
        "lakequery_compiler",
        "lakequery_project",
        "lakequery_types",
        "proc_macro2",
        "unicode_ident",
    ];
    let mut arguments = vec!["--crate-type=proc-macro".into(), "-o".into(), probe.clone().into()];
    for (name, path) in names.iter().zip(libraries(&names)) {
        let deps = path.parent().expect("a library lies in a folder");
        arguments.push(equals("-Ldependency=", deps));
        arguments.push(equals(&format!("--extern={name}="), &path));
    }
    compile("probe.rs", &arguments);
    compile("main.rs", &[equals("--extern=probe=", &probe), "-o".into(), program.clone().into()]);

    let output = Command::new(&program).output().expect("the program runs");
    let said = String::from_utf8(output.stdout).expect("text");
    let path = here().join("places/stdout");
    if env::var_os("TRYBUILD").is_some_and(|value| value == "overwrite") {
        fs::write(&path, &said).expect("the file of what is expected");
    }
    assert_eq!(said, fs::read_to_string(path).expect("the file of what is expected"));
}
