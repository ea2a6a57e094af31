//! [`Secrets`]: texts that must not get into an error, taken out of what
//! servers say. A server likes to repeat the value that it could not use.

use std::fmt;

/// Texts to take out.
#[derive(Clone, Default)]
pub(super) struct Secrets(Vec<String>);

impl Secrets {
    pub(super) fn add(&mut self, secret: &str) {
        if !secret.is_empty() {
            // The longest first: one may be a part of another.
            let at = self.0.partition_point(|other| other.len() > secret.len());
            self.0.insert(at, secret.to_owned());
        }
    }

    /// Takes in those of another.
    pub(super) fn merge(&mut self, other: Secrets) {
        other.0.iter().for_each(|secret| self.add(secret));
    }

    /// The text without them. Very short ones are taken out only where they
    /// stand in quotes; they would otherwise tear words apart.
    pub(super) fn scrub(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for secret in &self.0 {
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
}
