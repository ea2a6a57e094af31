//! A file of cases: Markdown whose blocks of code marked `lake` hold cases, with an empty
//! line between two; all else is text for readers.

use std::fs;
use std::path::{Path, PathBuf};

use crate::case::{Case, Settings};

/// A file of cases.
#[derive(Clone, Debug)]
pub struct CaseFile {
    /// Where it is.
    pub path: PathBuf,
    parts: Vec<Part>,
}

#[derive(Clone, Debug)]
enum Part {
    /// A line that belongs to no case, with its end.
    Line(String),
    Case(Case),
}

impl CaseFile {
    pub(crate) fn read(path: &Path) -> CaseFile {
        let text = fs::read_to_string(path);
        let text = text.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        CaseFile::parse(path, &name, &text).unwrap_or_else(|mistake| panic!("{mistake}"))
    }

    /// Reads a text; a mistake is told with the line.
    pub(crate) fn parse(path: &Path, name: &str, text: &str) -> Result<CaseFile, String> {
        let mut reader = Reader { name, parts: Vec::new(), block: None, case: Vec::new() };
        for (number, line) in text.lines().enumerate() {
            let read = reader.line(number + 1, line);
            read.map_err(|mistake| format!("{name}:{}: {mistake}", number + 1))?;
        }
        match reader.block {
            Some(_) => Err(format!("{name}: the last block is not closed")),
            None => Ok(CaseFile { path: path.to_owned(), parts: reader.parts }),
        }
    }

    /// Its cases.
    pub fn cases(&self) -> impl Iterator<Item = &Case> {
        self.parts.iter().filter_map(|part| match part {
            Part::Case(case) => Some(case),
            Part::Line(_) => None,
        })
    }

    /// The file with each case written anew.
    pub fn rewrite(&self, mut write: impl FnMut(&Case) -> String) -> String {
        let parts = self.parts.iter().map(|part| match part {
            Part::Line(line) => line.clone(),
            Part::Case(case) => write(case),
        });
        parts.collect()
    }
}

/// What has been read of a file.
struct Reader<'a> {
    name: &'a str,
    parts: Vec<Part>,
    /// The settings of the block that the next line stands in, and whether a case was in it.
    block: Option<(Settings, bool)>,
    /// The lines of the case that the next line may belong to, with their numbers.
    case: Vec<(usize, &'a str)>,
}

const FENCE: &str = "```";

impl<'a> Reader<'a> {
    fn line(&mut self, number: usize, line: &'a str) -> Result<(), String> {
        if self.block.is_some() && !line.trim().is_empty() && line != FENCE {
            self.case.push((number, line));
            return Ok(());
        }
        self.end_of_case()?;
        match (&self.block, line.strip_prefix(FENCE)) {
            (Some((_, false)), Some(_)) => return Err("there is no case in the block".to_owned()),
            (Some(_), Some(_)) => self.block = None,
            (None, Some(info)) => match info.strip_prefix("lake") {
                Some(settings) => self.block = Some((Settings::read(settings)?, false)),
                None => return Err("a block of cases begins with ```lake".to_owned()),
            },
            _ => {}
        }
        self.parts.push(Part::Line(format!("{line}\n")));
        Ok(())
    }

    fn end_of_case(&mut self) -> Result<(), String> {
        if let (Some((settings, filled)), Some((first, _))) = (&mut self.block, self.case.first()) {
            let lines: Vec<&str> = self.case.iter().map(|(_, line)| *line).collect();
            let case = Case::read(format!("{}:{first}", self.name), settings.clone(), &lines)?;
            self.parts.push(Part::Case(case));
            *filled = true;
            self.case.clear();
        }
        Ok(())
    }
}
