//! [`Secrets`]: texts that must not get into an error, taken out of what
//! servers say. A server likes to repeat the value that it could not use.

use std::fmt;

/// Texts to take out.
#[derive(Clone, Default)]
pub(super) struct Secrets(Vec<String>);

impl Secrets {
    pub(super) fn add(&mut self, secret: &str) {
        if !secret.is_empty() {
            self.0.push(secret.to_owned());
        }
    }

    /// Takes in those of another.
    pub(super) fn merge(&mut self, other: Secrets) {
        self.0.extend(other.0);
    }

    /// The text without them, also where one is written as a SQL string. Very
    /// short ones are taken out only where they stand in quotes; they would
    /// otherwise tear words apart.
    pub(super) fn scrub(&self, text: &str) -> String {
        // The longest first: one may be a part of another.
        let mut secrets: Vec<&String> = self.0.iter().collect();
        secrets.sort_unstable_by_key(|secret| std::cmp::Reverse(secret.len()));
        let mut text = text.to_owned();
        for secret in secrets {
            if secret.contains('\'') {
                text = text.replace(&format!("'{}'", secret.replace('\'', "''")), "'…'");
            }
            if secret.chars().count() >= 4 {
                text = text.replace(secret.as_str(), "…");
            } else {
                text = text.replace(&format!("'{secret}'"), "'…'");
                text = text.replace(&format!("\"{secret}\""), "\"…\"");
            }
        }
        text
    }
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
        assert_eq!(secrets.scrub("Cannot cast 'it''s s3cret' to INT"), "Cannot cast '…' to INT");
        assert_eq!(secrets.scrub("Cannot cast it's s3cret"), "Cannot cast …");
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
