//! What kind of statement a text is, by its first word.

/// Whether the text begins as a query does, which can be described. It may
/// still write: `WITH … INSERT`, `FROM … INSERT`.
pub(crate) fn is_query(text: &str) -> bool {
    begins_with(text, &["SELECT", "WITH", "VALUES", "FROM", "TABLE"])
}

/// Whether the statement surely writes nothing.
pub(crate) fn only_reads(text: &str) -> bool {
    begins_with(text, &["SELECT", "VALUES", "TABLE", "SHOW", "DESCRIBE", "DESC"])
}

/// Whether the first word, after comments and parentheses, is one of these.
fn begins_with(text: &str, words: &[&str]) -> bool {
    let mut rest = text;
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '(');
        if let Some(comment) = rest.strip_prefix("--").or_else(|| rest.strip_prefix("//")) {
            rest = comment.split_once('\n').map_or("", |(_, rest)| rest);
        } else if let Some(comment) = rest.strip_prefix("/*") {
            rest = comment.split_once("*/").map_or("", |(_, rest)| rest);
        } else {
            break;
        }
    }
    let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
    words.iter().any(|word| rest[..end].eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_are_told_from_commands() {
        for (text, query, reads) in [
            ("select 1", true, true),
            (" -- x\n/* y */ ( (SELECT 1))", true, true),
            ("// INSERT\nSELECT 1", true, true),
            ("WITH a AS (SELECT 1) SELECT * FROM a", true, false),
            ("WITH a AS (SELECT 1) INSERT INTO t SELECT * FROM a", true, false),
            ("FROM a INSERT INTO t SELECT *", true, false),
            ("SHOW TABLES", false, true),
            ("DESCRIBE QUERY SELECT 1", false, true),
            ("selection", false, false),
            ("INSERT INTO t SELECT 1", false, false),
            ("/* SELECT", false, false),
            ("SELECT_1", false, false),
            ("", false, false),
        ] {
            assert_eq!((is_query(text), only_reads(text)), (query, reads), "{text}");
        }
    }
}
