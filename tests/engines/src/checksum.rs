//! The SHA-256 of every file that is downloaded, pinned in `SHA256SUMS`.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::Read;
use std::path::Path;

use anyhow::{Context, Result, bail};
use sha2::{Digest, Sha256};

/// Lines of a checksum and a file's name, as `sha256sum` writes and checks them.
const PINNED: &str = include_str!("../SHA256SUMS");

/// Holds every file of a folder against its pinned checksum. All faults are told at once.
pub(crate) fn verify(folder: &Path) -> Result<()> {
    let pinned = parse(PINNED);
    let mut faults = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let found = sha256(&entry.path())?;
        match pinned.get(name.as_str()) {
            Some(sums) if sums.contains(&found.as_str()) => {}
            Some(sums) => {
                faults.push(format!(
                    "{name} is not what was pinned: {found}, not {}",
                    sums.join(" or ")
                ));
            }
            None => faults.push(format!("{name} has no pinned checksum: {found}")),
        }
    }
    faults.sort();
    if !faults.is_empty() {
        bail!(
            "downloaded files can't be trusted (see tests/engines/SHA256SUMS):\n{}",
            faults.join("\n")
        );
    }
    Ok(())
}

/// The checksums of each name: libraries of two servers may bear the same one.
fn parse(text: &str) -> HashMap<&str, Vec<&str>> {
    let mut sums = HashMap::<_, Vec<_>>::new();
    for (sum, name) in text.lines().filter_map(|line| line.split_once("  ")) {
        sums.entry(name).or_default().push(sum);
    }
    sums
}

/// The hash of a file, in hexadecimal digits.
fn sha256(path: &Path) -> Result<String> {
    let mut file = File::open(path).with_context(|| format!("can't read {}", path.display()))?;
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 1 << 20];
    loop {
        let read = file.read(&mut buffer)?;
        if read == 0 {
            break;
        }
        hasher.update(&buffer[..read]);
    }
    Ok(hex(&hasher.finalize()))
}

/// A short name for what a folder of the cache holds: another content, another name.
pub(crate) fn fingerprint(recipe: &str) -> String {
    hex(&Sha256::digest(recipe)[..4])
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_a_checksum_and_a_name() {
        for line in PINNED.lines() {
            let (sum, name) = line.split_once("  ").expect("two columns");
            assert!(sum.len() == 64 && sum.bytes().all(|byte| byte.is_ascii_hexdigit()), "{line}");
            assert!(!name.is_empty() && !name.contains('/'), "{line}");
        }
    }

    #[test]
    fn only_what_was_pinned_passes() -> Result<()> {
        let folder = tempfile::tempdir()?;
        verify(folder.path())?;
        fs::write(folder.path().join("presto-tpch-0.287.zip"), "abc")?;
        fs::write(folder.path().join("unknown.jar"), "abc")?;
        let error = verify(folder.path()).unwrap_err().to_string();
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert!(
            error.contains(&format!(
                "presto-tpch-0.287.zip is not what was pinned: {abc}, not 2493"
            )),
            "{error}"
        );
        assert!(error.ends_with(&format!("unknown.jar has no pinned checksum: {abc}")), "{error}");
        Ok(())
    }
}
