//! What functions on bytes take and give.

use std::borrow::Cow;

use arrow_schema::DataType;

use super::super::function::{Gives, Param, Takes};

pub(super) const BYTES: Takes = Takes::Lists(&[&[Param::Bytes]]);
pub(super) const TEXT: Takes = Takes::Lists(&[&[Param::Text]]);
pub(super) const TEXT_OR_BYTES: Takes = Takes::Lists(&[&[Param::Text], &[Param::Bytes]]);
pub(super) const TO_BYTES: Gives = Gives::Fixed(&DataType::Binary);
pub(super) const TO_TEXT: Gives = Gives::Fixed(&DataType::Utf8);
pub(super) const TO_BIGINT: Gives = Gives::Fixed(&DataType::Int64);

/// What was to be a text, for messages.
pub(super) fn shown(text: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(text)
}
