//! Lines of fields between tabs.

/// The line of these fields.
pub(super) fn of(fields: &[&str]) -> String {
    let escaped: Vec<String> = fields
        .iter()
        .map(|field| field.replace('\\', "\\\\").replace('\t', "\\t").replace('\n', "\\n"))
        .map(|field| field.replace('\r', "\\r"))
        .collect();
    escaped.join("\t")
}

/// The fields of a line.
pub(super) fn fields(line: &str) -> Vec<String> {
    line.split('\t').map(unescaped).collect()
}

fn unescaped(field: &str) -> String {
    let mut text = String::new();
    let mut chars = field.chars();
    while let Some(c) = chars.next() {
        text.push(match c {
            '\\' => match chars.next() {
                Some('t') => '\t',
                Some('n') => '\n',
                Some('r') => '\r',
                Some(c) => c,
                None => '\\',
            },
            c => c,
        });
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_comes_back() {
        for texts in [vec!["query", "a\tb\\n\n\r\nc\\"], vec!["", ""], vec!["é\\t"]] {
            let line = of(&texts);
            assert!(!line.contains(['\n', '\r']), "{line}");
            assert_eq!(fields(&line), texts);
        }
    }
}
