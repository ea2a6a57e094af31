//! [`Transcript`]: everything that a run says, kept so that it can be searched
//! for secrets at the end.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What was said so far; clones share it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Transcript(Arc<Mutex<String>>);

impl Transcript {
    /// Says a line to the user.
    pub(crate) fn line(&self, line: &str) {
        println!("{line}");
        self.note(line);
    }

    /// Keeps a text that is not shown, such as an error that was expected.
    pub(crate) fn note(&self, text: &str) {
        let mut kept = self.lock();
        kept.push_str(text);
        kept.push('\n');
    }

    /// The lines that begin with a word.
    pub(crate) fn lines_of(&self, word: &str) -> Vec<String> {
        self.lock().lines().filter(|line| line.starts_with(word)).map(str::to_owned).collect()
    }

    /// Which of these texts was said.
    pub(crate) fn said<'a>(&self, texts: &[&'a str]) -> Vec<&'a str> {
        let kept = self.lock();
        texts.iter().copied().filter(|text| kept.contains(text)).collect()
    }

    fn lock(&self) -> MutexGuard<'_, String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Says a line, formatted as by `println!`.
macro_rules! say {
    ($transcript:expr, $($format:tt)+) => {
        $transcript.line(&format!($($format)+))
    };
}
pub(crate) use say;
