//! The Rust expression of a parameter, as far as SQL has to know it.

/// The Rust expression between the braces of a parameter.
///
/// Two that are equal were written alike and mean the same variables.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expression {
    text: String,
    scope: String,
}

impl Expression {
    /// The expression that was written so.
    pub fn new(text: &str) -> Expression {
        Expression { text: normalized(text.trim()), scope: String::new() }
    }

    /// Tells it from expressions of the same words in which a name means another
    /// variable, as macros by example can make them.
    #[must_use]
    pub fn in_scope(self, scope: impl Into<String>) -> Expression {
        Expression { scope: scope.into(), ..self }
    }

    /// The parameter as a message shows it: `{status}`, or `{…}` if it is long.
    pub fn shown(&self) -> String {
        const LONGEST: usize = 32;
        match self.text.chars().nth(LONGEST) {
            None if !self.text.contains('\n') => format!("{{{}}}", self.text),
            _ => "{…}".to_owned(),
        }
    }

    /// Whether it only names a value, `x` or `self.x`, so that the same words
    /// give the same value. A call may give another one each time.
    pub fn is_place(&self) -> bool {
        let plain = |c: char| c.is_alphanumeric() || "_.:&".contains(c);
        !self.text.is_empty() && self.text.chars().all(plain)
    }
}

/// The text without the spaces that mean nothing. One with quotes is left alone:
/// spaces within them mean something.
fn normalized(text: &str) -> String {
    if text.contains(['"', '\'']) {
        return text.to_owned();
    }
    let joins_word = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    let mut result = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if joins_word(result.chars().next_back()) && joins_word(word.chars().next()) {
            result.push(' ');
        }
        result.push_str(word);
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spaces_make_no_other_expression() {
        for (a, b, same) in [
            ("x", " x ", true),
            ("self.tenant", "self . tenant", true),
            ("a + 1", "a+1", true),
            ("x as i64", "xas i64", false),
            ("x as i64", "x  as\ni64", true),
            ("\"a b\"", "\"ab\"", false),
            ("x", "y", false),
        ] {
            assert_eq!(Expression::new(a) == Expression::new(b), same, "{a} and {b}");
        }
        assert_ne!(Expression::new("x"), Expression::new("x").in_scope("#4"));
    }

    #[test]
    fn a_place_calls_nothing() {
        for place in ["x", "self.tenant", "a.0", "module::X", "&x", "7"] {
            assert!(Expression::new(place).is_place(), "{place}");
        }
        for other in ["next()", "x[0]", "x + 1", "*x", "vec![1]", "x?", "\"a\""] {
            assert!(!Expression::new(other).is_place(), "{other}");
        }
    }

    #[test]
    fn long_expressions_are_cut() {
        assert_eq!(Expression::new(" self . x ").shown(), "{self.x}");
        assert_eq!(Expression::new(&"x".repeat(33)).shown(), "{…}");
    }
}
