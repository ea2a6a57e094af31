//! Files that were read, kept until they change.
//!
//! The macro server of an editor lives for days and expands the same queries again
//! and again. A file is read once, and once more when its time or its length differs.

use std::collections::HashMap;
use std::fs::{self, Metadata};
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use crate::error::Error;

/// What files say, by their absolute paths.
pub(crate) struct Cache<T>(LazyLock<Mutex<HashMap<PathBuf, Entry<T>>>>);

struct Entry<T> {
    modified: SystemTime,
    length: u64,
    value: Arc<T>,
}

impl<T> Cache<T> {
    pub(crate) const fn new() -> Cache<T> {
        Cache(LazyLock::new(Mutex::default))
    }

    /// What the file says. Its metadata was read before: if the file changes in
    /// between, the metadata differs next time.
    pub(crate) fn get(
        &self,
        path: &Path,
        metadata: &Metadata,
        parse: impl FnOnce(&str) -> Result<T, Error>,
    ) -> Result<Arc<T>, Error> {
        // Without a time nothing tells whether the file has changed.
        let (modified, length) = (metadata.modified().ok(), metadata.len());
        if let Some(entry) = lock(&self.0).get(path)
            && entry.length == length
            && Some(entry.modified) == modified
        {
            return Ok(entry.value.clone());
        }
        let text = fs::read_to_string(path).map_err(|error| Error::io("read", path, &error))?;
        let value = Arc::new(parse(&text)?);
        if let Some(modified) = modified {
            let entry = Entry { modified, length, value: value.clone() };
            lock(&self.0).insert(path.to_owned(), entry);
        }
        Ok(value)
    }
}

/// Locks. A panic elsewhere leaves what is locked here as it was.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
