//! What is wrong within an object.

use lakequery_types::json::Malformed;

use super::super::broken::{Broken, newlines};
use super::documents::NOT_JSON;

/// What is wrong, and where in the text of the object.
#[derive(Debug)]
pub(super) enum Wrong {
    Syntax(Malformed),
    /// At the byte, what the line has.
    Other(usize, String, &'static str),
}

impl From<Malformed> for Wrong {
    fn from(malformed: Malformed) -> Wrong {
        Wrong::Syntax(malformed)
    }
}

impl Wrong {
    /// In an object that begins in this line.
    pub(super) fn broken(self, text: &str, line: usize) -> Broken {
        let line_of = |at: usize| line + newlines(&text.as_bytes()[..at.min(text.len())]);
        match self {
            Wrong::Syntax(Malformed { at, expected }) => {
                Broken::at(line_of(at), not_json(text.as_bytes(), at, expected), NOT_JSON)
            }
            Wrong::Other(at, what, help) => Broken::at(line_of(at), what, help),
        }
    }
}

/// That a line is not JSON, because it lacks what was expected at the byte.
fn not_json(text: &[u8], at: usize, expected: &str) -> String {
    let start = text[..at.min(text.len())].iter().rposition(|byte| *byte == b'\n');
    let column = at - start.map_or(0, |end| end + 1) + 1;
    let words = ["the", "a", "four", "fewer", "`"];
    let expected = match words.iter().any(|word| expected.starts_with(word)) {
        true => expected.to_owned(),
        false => format!("`{expected}`"),
    };
    format!("is not JSON: expected {expected} at byte {column}")
}
