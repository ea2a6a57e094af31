//! Whole numbers in hexadecimal, octal and binary: `0x1F`, `0o17`, `0b101`.

/// The number, in decimal, that a word says in another base: `31` for `0x1F`. `None` for a
/// word that does not begin as such a number does.
///
/// # Errors
///
/// One sentence for the user: a digit that the base does not have, or too many of them.
pub fn decimal(word: &str) -> Option<Result<String, String>> {
    let (radix, name) = match word.as_bytes() {
        [b'0', b'x' | b'X', ..] => (16, "a hexadecimal"),
        [b'0', b'o' | b'O', ..] => (8, "an octal"),
        [b'0', b'b' | b'B', ..] => (2, "a binary"),
        _ => return None,
    };
    let digits: String = word[2..].chars().filter(|c| *c != '_').collect();
    if digits.is_empty() {
        return Some(Err(format!("`{word}` is not a number: it has no digits")));
    }
    if let Some(wrong) = digits.chars().find(|c| !c.is_digit(radix)) {
        return Some(Err(format!("`{word}` is not a number: `{wrong}` is not {name} digit")));
    }
    let value = u128::from_str_radix(&digits, radix);
    Some(value.map(|value| value.to_string()).map_err(|_| format!("`{word}` is too large")))
}

#[cfg(test)]
mod tests {
    use super::decimal;

    #[test]
    fn bases_are_read() {
        for (word, expected) in [
            ("0x1F", Ok("31")),
            ("0X7fff_ffff", Ok("2147483647")),
            ("0o17", Ok("15")),
            ("0b1010_0001", Ok("161")),
            ("0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF", Ok("340282366920938463463374607431768211455")),
            ("0x", Err("`0x` is not a number: it has no digits")),
            ("0b_", Err("`0b_` is not a number: it has no digits")),
            ("0x1G", Err("`0x1G` is not a number: `G` is not a hexadecimal digit")),
            ("0o8", Err("`0o8` is not a number: `8` is not an octal digit")),
            ("0b2", Err("`0b2` is not a number: `2` is not a binary digit")),
        ] {
            let value = decimal(word).expect("a number in another base");
            assert_eq!(value.as_deref().map_err(String::as_str), expected, "{word}");
        }
        assert!(decimal(&format!("0x{}", "F".repeat(33))).expect("a number").is_err());
        for word in ["7", "x1F", "00x1", "0", "1x2"] {
            assert_eq!(decimal(word), None, "{word}");
        }
    }
}
