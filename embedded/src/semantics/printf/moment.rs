//! The parts of dates and times that `%t` writes.

use lakequery_types::calendar::{Civil, day_of_week, day_of_year};

use super::super::format::{DAYS, MONTHS};
use super::value::{Moment, Value};

/// The part of a value that a letter stands for; `None` where it has no such part.
pub(super) fn write(letter: char, value: &Value<'_>) -> Option<String> {
    match value {
        Value::Moment(moment) => part(letter, moment),
        // Milliseconds since 1970, in UTC.
        Value::Integer(millis) => {
            let day = 86_400_000;
            let moment = Moment {
                days: Some(millis.div_euclid(day)),
                nanos: Some(millis.rem_euclid(day) * 1_000_000),
                zone: Some(("UTC", 0)),
            };
            part(letter, &moment)
        }
        _ => None,
    }
}

fn part(letter: char, moment: &Moment<'_>) -> Option<String> {
    let several = |letters: &str| {
        let parts = letters
            .chars()
            .map(|c| if c.is_ascii_alphabetic() { part(c, moment) } else { Some(c.to_string()) });
        parts.collect::<Option<String>>()
    };
    let composed = match letter {
        'R' => Some("H:M"),
        'T' => Some("H:M:S"),
        'D' => Some("m/d/y"),
        'F' => Some("Y-m-d"),
        'c' => Some("a b d H:M:S Z Y"),
        _ => None,
    };
    if let Some(letters) = composed {
        return several(letters);
    }
    if letter == 'r' {
        return Some(format!("{} {}", several("I:M:S")?, part('p', moment)?.to_uppercase()));
    }
    match letter {
        'Y' | 'y' | 'C' | 'm' | 'd' | 'e' | 'j' | 'B' | 'b' | 'h' | 'A' | 'a' => {
            of_day(letter, moment.days?)
        }
        'H' | 'I' | 'k' | 'l' | 'M' | 'S' | 'L' | 'N' | 'p' => of_time(letter, moment.nanos?),
        'z' | 'Z' | 's' | 'Q' => of_instant(letter, moment),
        _ => None,
    }
}

fn of_day(letter: char, days: i64) -> Option<String> {
    let Civil { year, month, day } = Civil::from_days(days);
    let name = |names: &[&'static str], one_based: i64| {
        names.get(usize::try_from(one_based - 1).ok()?).copied()
    };
    let short = |name: &str| name[..3].to_owned();
    Some(match letter {
        'Y' => format!("{year:04}"),
        'y' => format!("{:02}", year.rem_euclid(100)),
        'C' => format!("{:02}", year / 100),
        'm' => format!("{month:02}"),
        'd' => format!("{day:02}"),
        'e' => day.to_string(),
        'j' => format!("{:03}", day_of_year(days)),
        'B' => name(&MONTHS, month)?.to_owned(),
        'b' | 'h' => short(name(&MONTHS, month)?),
        'A' => name(&DAYS, day_of_week(days))?.to_owned(),
        _ => short(name(&DAYS, day_of_week(days))?),
    })
}

fn of_time(letter: char, nanos: i64) -> Option<String> {
    let seconds = nanos / 1_000_000_000;
    let (hour, minute, second) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    let of_twelve = (hour + 11) % 12 + 1;
    Some(match letter {
        'H' => format!("{hour:02}"),
        'I' => format!("{of_twelve:02}"),
        'k' => hour.to_string(),
        'l' => of_twelve.to_string(),
        'M' => format!("{minute:02}"),
        'S' => format!("{second:02}"),
        'L' => format!("{:03}", nanos / 1_000_000 % 1_000),
        'N' => format!("{:09}", nanos % 1_000_000_000),
        _ => if hour < 12 { "am" } else { "pm" }.to_owned(),
    })
}

fn of_instant(letter: char, moment: &Moment<'_>) -> Option<String> {
    let (zone, offset) = moment.zone?;
    let seconds = moment.days? * 86_400 + moment.nanos? / 1_000_000_000 - offset;
    let minutes = offset.abs() / 60;
    Some(match letter {
        'z' => {
            let sign = if offset < 0 { '-' } else { '+' };
            format!("{sign}{:02}{:02}", minutes / 60, minutes % 60)
        }
        'Z' => zone.to_owned(),
        's' => seconds.to_string(),
        _ => {
            let millis = moment.nanos? / 1_000_000 % 1_000;
            (i128::from(seconds) * 1_000 + i128::from(millis)).to_string()
        }
    })
}
