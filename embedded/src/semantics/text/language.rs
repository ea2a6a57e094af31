//! Words and letters: `word_stem` and `normalize`.

use arrow_array::ArrayRef;
use arrow_schema::DataType;
use datafusion::common::Result;
use rust_stemmers::{Algorithm, Stemmer};
use unicode_normalization::UnicodeNormalization;

use super::super::function::{Call, Function, Gives, Param, Takes};

pub(super) fn functions() -> Vec<Function> {
    const TEXT: Gives = Gives::Fixed(&DataType::Utf8);
    const ONE: Takes = Takes::Lists(&[&[Param::Text]]);
    vec![
        Function::new("word_stem", ONE, TEXT, word_stem).strict(),
        Function::new("normalize", ONE, TEXT, normalize).strict(),
    ]
}

fn word_stem(call: &Call<'_>) -> Result<ArrayRef> {
    let texts = call.texts(0)?;
    let stemmer = Stemmer::create(Algorithm::English);
    call.make_texts(|row, out| Ok(texts.get(row).map(|text| out.push_str(&stemmer.stem(text)))))
}

/// Each letter with its marks as one code point, where there is one.
fn normalize(call: &Call<'_>) -> Result<ArrayRef> {
    let texts = call.texts(0)?;
    call.make_texts(|row, out| Ok(texts.get(row).map(|text| out.extend(text.nfc()))))
}
