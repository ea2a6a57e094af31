//! JSON: an object for each row, one after the other, or all of them in one array.
//!
//! Where the values of a key are of several kinds, its column is a `varchar`: the
//! texts as they are, and of all else what is written in the file.

mod documents;
mod shape;
mod values;
mod wrong;

use std::io::Read;
use std::path::Path;

use lakequery_types::json::Reader;

use super::super::batches::{Batches, Flow};
use super::broken::Broken;
use super::source::open;
use documents::Documents;
pub(super) use shape::{Kind, Shape};
use values::Row;

/// The columns of a file, from all of its objects.
pub(super) fn infer(path: &Path) -> Result<Shape, Broken> {
    infer_from(open(path)?)
}

pub(super) fn infer_from(input: impl Read) -> Result<Shape, Broken> {
    let mut documents = Documents::new(input)?;
    let mut shape = Shape::default();
    while let Some((text, line)) = documents.next()? {
        let mut reader = Reader::new(text);
        shape.see(&mut reader, 0).map_err(|wrong| wrong.broken(text, line))?;
    }
    Ok(shape)
}

/// Reads the objects of a file whose keys have these kinds of values; of these
/// the ones that are wanted.
pub(super) fn read_from(
    input: impl Read,
    columns: &[(String, Kind)],
    stated: bool,
    wanted: &[usize],
    batches: &mut Batches<'_>,
) -> Result<Flow, Broken> {
    let mut documents = Documents::new(input)?;
    let mut row = Row::new(columns, stated, wanted);
    let mut count = 0;
    while let Some((text, line)) = documents.next()? {
        let mut reader = Reader::new(text);
        row.read(&mut reader).map_err(|wrong| wrong.broken(text, line))?;
        count += 1;
        if count == batches.rows() {
            if batches.send(row.finish(), count).is_break() {
                return Ok(Flow::Break(()));
            }
            count = 0;
        }
    }
    Ok(batches.send(row.finish(), count))
}

#[cfg(test)]
mod tests {
    use super::super::candidates::Scalar;
    use super::*;

    fn infer(text: &str) -> Result<String, String> {
        let error = |broken: Broken| broken.in_file(Path::new("f")).to_string();
        let shape = infer_from(text.as_bytes()).map_err(error)?;
        let columns = shape.columns().into_iter().map(|(name, kind)| format!("{name} {kind:?}"));
        Ok(columns.collect::<Vec<_>>().join(", "))
    }

    #[test]
    fn a_value_that_is_not_of_its_kind_is_an_error() {
        // As when a file is written between the look at its columns and the reading.
        let row = Kind::Row(vec![("x".to_owned(), Kind::Scalar(Scalar::BigInt))]);
        for (kind, value) in [
            (Kind::Scalar(Scalar::BigInt), "2.5"),
            (Kind::Scalar(Scalar::BigInt), "\"x\""),
            (Kind::Scalar(Scalar::Double), "9007199254740993"),
            (Kind::Scalar(Scalar::Boolean), "1"),
            (Kind::Scalar(Scalar::Varchar), "1"),
            (Kind::Array(Box::new(Kind::Scalar(Scalar::BigInt))), "[2.5]"),
            (Kind::Array(Box::new(Kind::Scalar(Scalar::BigInt))), "{}"),
            (row.clone(), "{\"x\":1.5}"),
            (row.clone(), "{\"y\":1}"),
            (row, "[]"),
        ] {
            let text = format!("{{\"b\":1}}\n{{\"a\":{value}}}");
            let columns = [("a".to_owned(), kind), ("b".to_owned(), Kind::Scalar(Scalar::BigInt))];
            let mut send = |_, _| Flow::Continue(());
            let mut batches = Batches::new(100, &mut send);
            let error =
                read_from(text.as_bytes(), &columns, false, &[0], &mut batches).unwrap_err();
            let error = error.in_file(Path::new("f")).to_string();
            assert!(error.starts_with("`f` can't be read: line 2 has "), "{error}");
            let flow = read_from(text.as_bytes(), &columns, false, &[1], &mut batches).unwrap();
            assert!(flow.is_continue());
        }
    }

    #[test]
    fn lines_are_counted_within_objects() {
        let text = "{\"a\":1}\n\n{\n \"a\":\n 01\n}\n";
        let error = infer(text).unwrap_err();
        assert!(
            error.starts_with("`f` can't be read: line 5 is not JSON: expected a number"),
            "{error}"
        );
        assert!(infer("[\n{\"a\":1},\n{\"a\" 1}]").unwrap_err().contains("line 3 is not JSON"));
    }
}
