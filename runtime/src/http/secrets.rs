//! [`Secrets`]: texts that must not get into an error, taken out of what
//! servers say. A server likes to repeat the value that it could not use.

use std::fmt;

use crate::value::Value;

/// From how many characters on a text is taken out wherever it stands. Shorter ones
/// are taken out in quotes only; they would otherwise tear words apart.
const TELLING: usize = 4;

/// Texts to take out.
#[derive(Clone, Default)]
pub(crate) struct Secrets(Vec<String>);

impl Secrets {
    pub(crate) fn add(&mut self, secret: &str) {
        if !secret.is_empty() {
            self.0.push(secret.to_owned());
        }
    }

    /// Adds all texts of a parameter's value.
    pub(crate) fn add_value(&mut self, value: &Value) {
        match value {
            Value::Varchar(text) => self.add(text),
            Value::Array(values) | Value::Row(values) => {
                values.iter().for_each(|value| self.add_value(value));
            }
            Value::Map(entries) => entries.iter().for_each(|(key, value)| {
                self.add_value(key);
                self.add_value(value);
            }),
            _ => {}
        }
    }

    /// Takes in those of another.
    #[cfg(any(test, feature = "_coordinator"))]
    pub(crate) fn merge(&mut self, other: Secrets) {
        self.0.extend(other.0);
    }

    /// The text without them, also where one is written as a SQL string.
    pub(crate) fn scrub(&self, text: &str) -> String {
        // The longest first: one may be a part of another.
        let mut secrets: Vec<&String> = self.0.iter().collect();
        secrets.sort_unstable_by_key(|secret| std::cmp::Reverse(secret.len()));
        let mut text = text.to_owned();
        for secret in secrets {
            if secret.contains(['\'', '\\', '"']) {
                for written in written(secret) {
                    text = without(&text, &written);
                }
            }
            text = without(&text, secret);
        }
        text
    }
}

/// The secret as it stands in a SQL string that stands in another one, in a SQL
/// string, and where it is escaped with backslashes.
fn written(secret: &str) -> [String; 3] {
    let escaped = secret.replace('\\', "\\\\").replace('\'', "\\'").replace('"', "\\\"");
    [secret.replace('\'', "''''"), secret.replace('\'', "''"), escaped]
}

fn without(text: &str, secret: &str) -> String {
    if secret.chars().count() >= TELLING {
        return text.replace(secret, "…");
    }
    text.replace(&format!("'{secret}'"), "'…'").replace(&format!("\"{secret}\""), "\"…\"")
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secrets")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_taken_out() {
        let mut secrets = Secrets::default();
        for secret in ["hunter", "hunter2", "x", ""] {
            secrets.add(secret);
        }
        assert_eq!(secrets.scrub("Cannot cast 'hunter2' to INT"), "Cannot cast '…' to INT");
        assert_eq!(secrets.scrub("'x' exceeds the max"), "'…' exceeds the max");
    }

    #[test]
    fn secrets_are_taken_out_as_sql_writes_them() {
        let mut secrets = Secrets::default();
        secrets.add("it's s3cret");
        for (said, shown) in [
            ("Cannot cast 'it''s s3cret' to INT", "Cannot cast '…' to INT"),
            ("Cannot cast it's s3cret", "Cannot cast …"),
            ("at 'a it''s s3cret, b'", "at 'a …, b'"),
            ("in 'SELECT ''it''''s s3cret'''", "in 'SELECT ''…'''"),
            ("Cannot cast 'it\\'s s3cret'", "Cannot cast '…'"),
        ] {
            assert_eq!(secrets.scrub(said), shown);
        }
        let mut short = Secrets::default();
        short.add("'a");
        assert_eq!(short.scrub("'''a' 'a"), "'…' 'a");
    }

    #[test]
    fn texts_inside_of_values_are_secrets() {
        let text = |text: &str| Value::from(text);
        let mut secrets = Secrets::default();
        let entry = (text("the-key"), Value::Array(vec![text("element"), Value::Null]));
        secrets.add_value(&Value::Row(vec![text("field"), Value::Map(vec![entry])]));
        assert_eq!(secrets.scrub("field the-key element other"), "… … … other");
    }

    #[test]
    fn many_secrets_cost_linear_time() {
        let begun = std::time::Instant::now();
        let mut secrets = Secrets::default();
        for i in 0..100_000 {
            // Of equal lengths, and in falling order.
            secrets.add(&format!("text {:06}", 100_000 - i));
        }
        let mut all = Secrets::default();
        all.merge(secrets);
        assert!(begun.elapsed().as_secs_f64() < 1.0, "{:?}", begun.elapsed());
        assert_eq!(all.scrub("text 000007 is not a number"), "… is not a number");
    }
}
