//! Diagnostics as people read them: over a text, with the line and a caret, or
//! as the message of an error that rustc underlines itself.

use std::ops::Range;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use super::{Code, Diagnostic};
use crate::token::{Span, TextToken, TextTokenError};

#[cfg(test)]
mod tests;

/// Where a text stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The file, as a message names it.
    pub name: String,
    /// The line of the text's first character, from 1.
    pub first_line: usize,
    /// The column of the text's first character, from 1, in characters.
    pub first_column: usize,
}

/// Lines longer than this are cut around the culprit.
const WIDTH: usize = 120;

/// Diagnostics over the text that they are about, in rustc's form and in their
/// order, a blank line between two; no colour, no line end at the end.
///
/// `tokens` are those of the text that the diagnostics' spans count.
pub fn render(
    text: &str,
    origin: &Origin,
    tokens: &[TextToken],
    diagnostics: &[Diagnostic],
) -> String {
    let blocks: Vec<String> = diagnostics
        .iter()
        .map(|diagnostic| {
            let related = diagnostic
                .related
                .iter()
                .map(|(span, label)| (bytes(text, tokens, *span), label.as_str()))
                .collect();
            block(
                text,
                origin,
                &Block {
                    code: diagnostic.code,
                    message: &diagnostic.message,
                    culprit: bytes(text, tokens, diagnostic.span),
                    label: diagnostic.label.as_deref(),
                    related,
                    help: &diagnostic.help,
                },
            )
        })
        .collect();
    blocks.join("\n\n")
}

/// The error of a text that can't be cut into tokens, in the form of [`render`].
pub fn render_text_error(text: &str, origin: &Origin, error: &TextTokenError) -> String {
    let block_of_error = Block {
        code: Code::Syntax,
        message: &error.message,
        culprit: clamp(text, error.bytes.clone()),
        label: None,
        related: Vec::new(),
        help: &[],
    };
    block(text, origin, &block_of_error)
}

/// A diagnostic as the message of an error that rustc prints behind `error: `,
/// where rustc itself shows and underlines the culprit.
pub fn message(diagnostic: &Diagnostic) -> String {
    let mut message = format!("{} [{}]", diagnostic.message, diagnostic.code);
    let notes = diagnostic.label.iter().chain(diagnostic.related.iter().map(|(_, label)| label));
    for note in notes {
        message.push_str(&format!("\nnote: {note}"));
    }
    for help in &diagnostic.help {
        message.push_str(&format!("\nhelp: {help}"));
    }
    message
}

/// What is printed of one error.
struct Block<'a> {
    code: Code,
    message: &'a str,
    culprit: Range<usize>,
    label: Option<&'a str>,
    related: Vec<(Range<usize>, &'a str)>,
    help: &'a [String],
}

fn block(text: &str, origin: &Origin, block: &Block<'_>) -> String {
    // The first line stands as far to the right as in its file, so that the
    // lines below it are aligned with it, and its columns are the file's.
    let indent = origin.first_column.saturating_sub(1);
    let indented = format!("{}{text}", " ".repeat(indent));
    let at = |bytes: &Range<usize>| bytes.start + indent..bytes.end + indent;
    let snippet = Snippet::source(indented)
        .path(origin.name.as_str())
        .line_start(origin.first_line)
        .annotation(AnnotationKind::Primary.span(at(&block.culprit)).label(block.label))
        .annotations(
            block
                .related
                .iter()
                .map(|(bytes, label)| AnnotationKind::Context.span(at(bytes)).label(*label)),
        );
    let group: Group<'_> = Level::ERROR
        .primary_title(block.message)
        .id(block.code.name())
        .element(snippet)
        .elements(block.help.iter().map(|help| Level::HELP.message(help.as_str())));
    Renderer::plain().decor_style(DecorStyle::Ascii).term_width(WIDTH).render(&[group])
}

/// The bytes of a run of tokens; an empty one is where its first token would be.
fn bytes(text: &str, tokens: &[TextToken], span: Span) -> Range<usize> {
    let (start, end) = (span.start as usize, span.end as usize);
    let end_of_text = tokens.last().map_or(0, |last| last.bytes.end);
    let range = if start < end {
        let start = tokens.get(start).map_or(end_of_text, |token| token.bytes.start);
        let end = tokens.get(end - 1).map_or(end_of_text, |token| token.bytes.end);
        start..end.max(start)
    } else {
        let at = match start.checked_sub(1) {
            Some(before) => tokens.get(before).map_or(end_of_text, |token| token.bytes.end),
            None => tokens.first().map_or(0, |first| first.bytes.start),
        };
        at..at
    };
    clamp(text, range)
}

/// The range, held to the text and to whole characters.
fn clamp(text: &str, range: Range<usize>) -> Range<usize> {
    let start = text.floor_char_boundary(range.start);
    start..text.ceil_char_boundary(range.end).max(start)
}
