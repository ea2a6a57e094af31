//! Packages made for a test, and cargo run on them.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

/// A workspace of packages, outside of any folder that has a `lake.toml`; gone
/// when it is dropped.
pub(crate) struct Workspace {
    pub(crate) folder: PathBuf,
}

impl Workspace {
    /// An empty workspace; `name` tells those of one test run apart.
    pub(crate) fn new(name: &str) -> Workspace {
        let name = format!("lakequery-ui-tests-{name}-{}", std::process::id());
        let folder = env::temp_dir().join(name);
        fs::create_dir_all(&folder).expect("a temporary folder");
        // rustc names files by their true paths.
        let folder = folder.canonicalize().expect("the temporary folder");
        let manifest = "[workspace]\nresolver = \"3\"\nmembers = [\"*\"]\n\
                        exclude = [\"schemas\", \"target\"]\n";
        fs::write(folder.join("Cargo.toml"), manifest).expect("a manifest");
        Workspace { folder }
    }

    /// Adds a package, whose library is `lib.rs` in its folder.
    pub(crate) fn package(&self, name: &str, edition: &str) -> PathBuf {
        let folder = self.folder.join(name);
        fs::create_dir_all(&folder).expect("a folder of a package");
        let manifest = format!(
            "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"{edition}\"\n\n\
             [lib]\npath = \"lib.rs\"\n"
        );
        fs::write(folder.join("Cargo.toml"), manifest).expect("a manifest");
        folder
    }

    /// `cargo check`, with `lakequery` at hand as it was built for this test.
    pub(crate) fn check(&self, arguments: &[&str]) -> Output {
        Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
            .args(["check", "--offline", "--color=never"])
            .args(arguments)
            .current_dir(&self.folder)
            .env("CARGO_TARGET_DIR", self.folder.join("target"))
            .env("CARGO_ENCODED_RUSTFLAGS", rustflags())
            .output()
            .expect("cargo runs")
    }
}

impl Drop for Workspace {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// The text of cargo's messages.
pub(crate) fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// The flags that let rustc find the `lakequery` this test was built with. No
/// dependency of the packages, so that nothing is built again for them.
fn rustflags() -> OsString {
    static LIBRARY: OnceLock<PathBuf> = OnceLock::new();
    let library = LIBRARY.get_or_init(|| libraries(&["lakequery"]).remove(0));
    let folder = library.parent().expect("a library lies in a folder");
    let mut flags = OsString::from("--extern\u{1f}lakequery=");
    flags.push(library);
    flags.push("\u{1f}-Ldependency=");
    flags.push(folder);
    flags
}

/// Where cargo put libraries that this test was built with, `lakequery` and those that it
/// needs; they are fresh for that.
pub(crate) fn libraries(names: &[&str]) -> Vec<PathBuf> {
    let test = env!("CARGO_PKG_NAME");
    let output = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["test", "--no-run", "--offline", "--message-format=json", "-p", test])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo runs");
    let text = String::from_utf8_lossy(&output.stdout);
    let library = |name: &&str| {
        text.lines()
            .filter(|line| line.contains(&format!("\"name\":\"{name}\"")))
            .flat_map(|line| line.split('"'))
            .find(|part| part.ends_with(".rlib"))
            .map(|path| Path::new(&path.replace("\\\\", "\\")).to_owned())
            .unwrap_or_else(|| panic!("no library {name} in {text}\n{}", stderr(&output)))
    };
    names.iter().map(library).collect()
}
