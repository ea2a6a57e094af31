//! Cutting a text into tokens.

use lakequery_compiler::diagnostic::{Origin, render_text_error};
use lakequery_compiler::token::tokenize;

use crate::{Property, compile};

pub(crate) const PROPERTY: Property =
    Property { name: "tokens", holds, seeds: compile::seeds, memory: (1 << 16, 1 << 11) };

fn holds(input: &[u8]) {
    let text = &*String::from_utf8_lossy(input);
    match tokenize(text) {
        Ok(tokens) => {
            let mut before = 0;
            for token in &tokens {
                let bytes = token.bytes.clone();
                assert!(before <= bytes.start && bytes.start < bytes.end, "{token:?}");
                let between = text.get(before..bytes.start).expect("whole characters");
                let between = between.strip_prefix('\u{feff}').unwrap_or(between).trim();
                assert!(
                    between.is_empty() || between.starts_with("--") || between.starts_with("/*"),
                    "{between:?} is not a token"
                );
                before = bytes.end;
                let alone = tokenize(text.get(bytes).expect("whole characters"));
                let alone = alone.expect("a token alone is a token");
                assert_eq!(alone.len(), 1, "{token:?}");
                assert_eq!(alone[0].token.kind, token.token.kind);
            }
        }
        Err(error) => {
            assert!(text.get(error.bytes.clone()).is_some(), "{error:?}");
            assert!(!error.message.is_empty());
            let origin = Origin { name: "q.sql".into(), first_line: 1, first_column: 1 };
            assert!(render_text_error(text, &origin, &error).contains("error[syntax]"));
        }
    }
}
