//! Writes the examples of README.md and docs/ as Rust: each block of `rust` becomes a
//! function that is given a `lake`, and each of `rust,program` a module. `rust,no_run`
//! is compiled and not run, `rust,ignore` is neither: it shows a mistake, or another crate.

#[path = "blocks.rs"]
mod blocks;

use std::fmt::Write;
use std::path::Path;

use blocks::{Block, pages, root};

fn main() {
    let mut code = String::new();
    let mut runs = Vec::new();
    println!("cargo::rerun-if-changed={}", root().join("docs").display());
    for page in pages() {
        println!("cargo::rerun-if-changed={}", page.path.display());
        for block in page.blocks() {
            let Block { line, info, text } = &block;
            let name = format!("{}_{line}", page.identifier());
            let mut info = info.split(',');
            if info.next() != Some("rust") {
                continue;
            }
            let _ = writeln!(code, "// {}, line {line}", page.name);
            match info.next() {
                Some("ignore") => {}
                Some("program") => {
                    let _ = writeln!(code, "pub mod {name} {{\n{text}}}\n");
                }
                kind => {
                    let _ = writeln!(
                        code,
                        "pub async fn {name}(lake: &Lake) -> Done {{\n{text}Ok(())\n}}\n"
                    );
                    if kind.is_none() {
                        runs.push(name);
                    }
                }
            }
        }
    }
    let _ =
        writeln!(code, "pub fn runs(lake: &Lake) -> Vec<(&'static str, Running<'_>)> {{\nvec![");
    for name in runs {
        let _ = writeln!(code, "(\"{name}\", Box::pin({name}(lake))),");
    }
    code.push_str("]\n}\n");
    let folder = std::env::var("OUT_DIR").expect("cargo says where to write");
    std::fs::write(Path::new(&folder).join("examples.rs"), code).expect("it can be written");
}
