//! The cache: what was downloaded and unpacked once, for all later runs.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::{env, fs, process};

use anyhow::{Context, Result};

use crate::process::is_alive;

/// The folder of the cache.
#[derive(Clone, Debug)]
pub struct Cache {
    folder: PathBuf,
}

impl Cache {
    /// The cache at `$LAKEQUERY_CACHE`, else in the user's folder for caches.
    ///
    /// # Errors
    ///
    /// When there is no such folder and it can't be made.
    pub fn open() -> Result<Cache> {
        let named = env::var_os("LAKEQUERY_CACHE").filter(|path| !path.is_empty());
        let folder = match named {
            Some(path) => PathBuf::from(path),
            None => user_caches()
                .context("no folder for caches is known; set LAKEQUERY_CACHE to one")?
                .join("lakequery"),
        };
        fs::create_dir_all(&folder)
            .with_context(|| format!("can't make the cache {}", folder.display()))?;
        let cache = Cache { folder: folder.canonicalize()? };
        cache.remove_unfinished();
        Ok(cache)
    }

    /// The folder `name`, filled by `fill` where it is not there yet.
    ///
    /// It is filled under another name and renamed when it is whole, so an
    /// interrupted run leaves nothing half-done, and two runs don't meet.
    ///
    /// # Errors
    ///
    /// When `fill` fails; then nothing is kept.
    pub fn entry(&self, name: &str, fill: impl FnOnce(&Path) -> Result<()>) -> Result<PathBuf> {
        let whole = self.folder.join(name);
        if whole.is_dir() {
            return Ok(whole);
        }
        let unfinished = self.folder.join(format!("{name}{UNFINISHED}{}", process::id()));
        fs::create_dir_all(&unfinished)?;
        let filled = fill(&unfinished).and_then(|()| match fs::rename(&unfinished, &whole) {
            // Another run was faster: its folder is as good.
            Err(_) if whole.is_dir() => Ok(()),
            renamed => Ok(renamed?),
        });
        // Gone already where it was renamed.
        let _ = fs::remove_dir_all(&unfinished);
        filled.with_context(|| format!("can't get {name}"))?;
        Ok(whole)
    }

    /// Removes what runs that no longer live have left unfinished.
    fn remove_unfinished(&self) {
        for entry in fs::read_dir(&self.folder).into_iter().flatten().flatten() {
            let name = entry.file_name();
            let owner = name.to_str().and_then(|name| name.split_once(UNFINISHED));
            let owner = owner.and_then(|(_, id)| id.parse().ok());
            if owner.is_some_and(|id| !is_alive(id)) {
                // What can't be removed only takes room.
                let _ = fs::remove_dir_all(entry.path());
            }
        }
    }
}

/// Stands between an unfinished folder's name and the id of the process that fills it.
const UNFINISHED: &str = ".unfinished-";

fn user_caches() -> Option<PathBuf> {
    let set = |name| env::var_os(name).filter(|path: &OsString| !path.is_empty());
    let home = || set("HOME").map(PathBuf::from);
    match set("XDG_CACHE_HOME") {
        Some(path) => Some(path.into()),
        None if cfg!(target_os = "macos") => Some(home()?.join("Library/Caches")),
        None => Some(home()?.join(".cache")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_whole_or_not_there() -> Result<()> {
        let folder = tempfile::tempdir()?;
        let cache = Cache { folder: folder.path().into() };
        let failed = cache.entry("a", |folder| {
            fs::write(folder.join("half"), "x")?;
            anyhow::bail!("the network is gone")
        });
        assert_eq!(format!("{:#}", failed.unwrap_err()), "can't get a: the network is gone");
        assert_eq!(fs::read_dir(folder.path())?.count(), 0);

        let filled = cache.entry("a", |folder| Ok(fs::write(folder.join("whole"), "x")?))?;
        assert!(filled.join("whole").is_file());
        cache.entry("a", |_| panic!("it is there already"))?;
        Ok(())
    }

    #[test]
    fn leftovers_of_the_dead_are_removed() -> Result<()> {
        let folder = tempfile::tempdir()?;
        let mut dead = process::Command::new("true").spawn()?;
        dead.wait()?;
        let of = |id: u32| folder.path().join(format!("a{UNFINISHED}{id}"));
        fs::create_dir(of(dead.id()))?;
        fs::create_dir(of(process::id()))?;
        Cache { folder: folder.path().into() }.remove_unfinished();
        assert!(!of(dead.id()).exists() && of(process::id()).exists());
        Ok(())
    }
}
