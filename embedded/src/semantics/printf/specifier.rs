//! What stands for a value in a format: `%[index$][flags][width][.precision]conversion`.

use std::fmt;

/// A part of a format.
pub(super) enum Part {
    Text(String),
    /// What stands for the value of that index, which is counted from 0.
    Value(Specifier, usize),
}

/// How a value is written.
#[derive(Clone, Debug, Default)]
pub(super) struct Specifier {
    /// As it is written, for messages.
    source: String,
    left: bool,
    alternate: bool,
    plus: bool,
    space: bool,
    zeros: bool,
    groups: bool,
    parentheses: bool,
    width: usize,
    pub(super) precision: Option<usize>,
    /// The letter, in lower case.
    pub(super) conversion: char,
    /// Of a date or time: which part of it.
    pub(super) letter: char,
    upper: bool,
}

impl fmt::Display for Specifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.source)
    }
}

/// The longest text that a width or a precision can ask for.
const LONGEST: usize = 100_000;

/// Reads a format.
pub(super) fn parts(format: &str) -> Result<Vec<Part>, String> {
    let mut parts = Vec::new();
    let (mut rest, mut next, mut last) = (format, 0, None);
    while let Some(at) = rest.find('%') {
        parts.push(Part::Text(rest[..at].to_owned()));
        let (specifier, place, length) = read(&rest[at..])?;
        rest = &rest[at + length..];
        match specifier.conversion {
            'n' => parts.push(Part::Text("\n".to_owned())),
            '%' => {
                let mut text = String::new();
                specifier.text("%", &mut text);
                parts.push(Part::Text(text));
            }
            _ => {
                let index = match place {
                    Place::Next => {
                        next += 1;
                        next - 1
                    }
                    Place::At(index) => index,
                    Place::Last => match last {
                        Some(index) => index,
                        None => return Err(format!("{specifier} has no value before it")),
                    },
                };
                last = Some(index);
                parts.push(Part::Value(specifier, index));
            }
        }
    }
    parts.push(Part::Text(rest.to_owned()));
    Ok(parts)
}

/// Which value it is.
enum Place {
    Next,
    At(usize),
    Last,
}

/// Reads the specifier that a text begins with, and how long it is.
fn read(text: &str) -> Result<(Specifier, Place, usize), String> {
    let mut rest = &text[1..];
    let mut specifier = Specifier::default();
    let mut place = Place::Next;
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let index = digits(rest);
    if rest[index..].starts_with('$') {
        match rest[..index].parse::<usize>() {
            Ok(index) if index > 0 => place = Place::At(index - 1),
            _ => return Err(format!("%{} is not the number of a value", &rest[..index])),
        }
        rest = &rest[index + 1..];
    }
    loop {
        let flag = match rest.chars().next() {
            Some('-') => &mut specifier.left,
            Some('#') => &mut specifier.alternate,
            Some('+') => &mut specifier.plus,
            Some(' ') => &mut specifier.space,
            Some('0') => &mut specifier.zeros,
            Some(',') => &mut specifier.groups,
            Some('(') => &mut specifier.parentheses,
            Some('<') => {
                place = Place::Last;
                rest = &rest[1..];
                continue;
            }
            _ => break,
        };
        if std::mem::replace(flag, true) {
            return Err(format!("a flag is there twice in {text}"));
        }
        rest = &rest[1..];
    }
    let number = |rest: &mut &str| {
        let count = digits(rest);
        let number = rest[..count].parse::<usize>().ok().filter(|number| *number <= LONGEST);
        *rest = &rest[count..];
        number
    };
    if digits(rest) > 0 {
        specifier.width =
            number(&mut rest).ok_or_else(|| format!("the width of {text} is too large"))?;
    }
    if let Some(after) = rest.strip_prefix('.') {
        rest = after;
        if digits(rest) == 0 {
            return Err(format!("{text} has no digits after its point"));
        }
        let precision = number(&mut rest);
        specifier.precision =
            Some(precision.ok_or_else(|| format!("the precision of {text} is too large"))?);
    }
    let mut letters = rest.chars();
    let Some(letter) = letters.next() else { return Err(format!("{text} ends before its letter")) };
    specifier.conversion = letter.to_ascii_lowercase();
    specifier.upper = letter.is_ascii_uppercase();
    if specifier.conversion == 't' {
        let Some(part) = letters.next() else {
            return Err(format!("{text} ends before its letter"));
        };
        specifier.letter = part;
    }
    let length = text.len() - letters.as_str().len();
    specifier.source = text[..length].to_owned();
    let known =
        matches!(letter, 'b' | 'B' | 'h' | 'H' | 's' | 'S' | 'c' | 'C' | 'd' | 'o' | 'x' | 'X')
            || matches!(letter, 'e' | 'E' | 'f' | 'g' | 'G' | 't' | 'T' | '%' | 'n');
    if !known {
        return Err(format!("{specifier} has a letter that says nothing"));
    }
    specifier.check()?;
    Ok((specifier, place, length))
}

impl Specifier {
    /// Whether the flags go with the letter, and with each other.
    fn check(&self) -> Result<(), String> {
        let flags = [
            ('#', self.alternate, "ox"),
            ('+', self.plus, "defg"),
            (' ', self.space, "defg"),
            ('0', self.zeros, "doxefg"),
            (',', self.groups, "dfg"),
            ('(', self.parentheses, "defg"),
        ];
        for (flag, given, letters) in flags {
            let is_alternate_float = flag == '#' && matches!(self.conversion, 'e' | 'f');
            if given && !letters.contains(self.conversion) && !is_alternate_float {
                return Err(format!("the flag {flag} does not go with the letter of {self}"));
            }
        }
        if (self.left || self.zeros) && self.width == 0 {
            return Err(format!("{self} has no width"));
        }
        if (self.left && self.zeros) || (self.plus && self.space) {
            return Err(format!("the flags of {self} do not go together"));
        }
        if self.precision.is_some()
            && matches!(self.conversion, 'c' | 'd' | 'o' | 'x' | 't' | '%' | 'n')
        {
            return Err(format!("{self} has a precision, which its letter does not take"));
        }
        if self.conversion == 'n' && self.width > 0 {
            return Err(format!("{self} has a width, which its letter does not take"));
        }
        Ok(())
    }

    /// Appends a text, cut to the precision.
    pub(super) fn text(&self, text: &str, out: &mut String) {
        let cut: String = match self.precision {
            Some(precision) if matches!(self.conversion, 'b' | 'h' | 's') => {
                text.chars().take(precision).collect()
            }
            _ => text.to_owned(),
        };
        self.pad(&cut, out);
    }

    /// Appends a number, given its digits without a sign.
    pub(super) fn number(
        &self,
        is_negative: bool,
        digits: &str,
        out: &mut String,
    ) -> Result<(), String> {
        let digits = if self.groups { grouped(digits) } else { digits.to_owned() };
        let (before, after) = match is_negative {
            true if self.parentheses => ("(", ")"),
            true => ("-", ""),
            false if self.plus => ("+", ""),
            false if self.space => (" ", ""),
            false => ("", ""),
        };
        let missing = match self.zeros {
            true => self.width.saturating_sub(before.len() + digits.len() + after.len()),
            false => 0,
        };
        self.pad(&format!("{before}{}{digits}{after}", "0".repeat(missing)), out);
        Ok(())
    }

    /// Appends the digits of a number in which each is some bits.
    pub(super) fn bits(&self, prefix: &str, digits: &str, out: &mut String) -> Result<(), String> {
        let prefix = if self.alternate { prefix } else { "" };
        let missing = match self.zeros {
            true => self.width.saturating_sub(prefix.len() + digits.len()),
            false => 0,
        };
        self.pad(&format!("{prefix}{}{digits}", "0".repeat(missing)), out);
        Ok(())
    }

    /// Appends NaN or an infinity, which zeros do not fill.
    pub(super) fn special(&self, number: f64, out: &mut String) -> Result<(), String> {
        let text = if number.is_nan() {
            "NaN"
        } else if number > 0.0 {
            if self.plus { "+Infinity" } else { "Infinity" }
        } else if self.parentheses {
            "(Infinity)"
        } else {
            "-Infinity"
        };
        self.pad(text, out);
        Ok(())
    }

    /// Appends a text in its width.
    fn pad(&self, text: &str, out: &mut String) {
        let text = if self.upper { text.to_uppercase() } else { text.to_owned() };
        // As Java counts: in units of UTF-16.
        let missing = self.width.saturating_sub(text.encode_utf16().count());
        let spaces = " ".repeat(missing);
        let (before, after) = if self.left { ("", &spaces[..]) } else { (&spaces[..], "") };
        out.extend([before, &text, after]);
    }
}

/// The digits before the point in groups of three.
fn grouped(digits: &str) -> String {
    let whole = digits.bytes().take_while(u8::is_ascii_digit).count();
    let mut grouped = String::with_capacity(digits.len() + whole / 3);
    for (at, digit) in digits[..whole].chars().enumerate() {
        if at > 0 && (whole - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped.push_str(&digits[whole..]);
    grouped
}
