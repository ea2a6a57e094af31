//! Reading the URLs `databricks://token:…@host?http_path=…`, with the habits of the vendor's
//! drivers. No error repeats what may be secret.

use std::time::Duration;

use reqwest::Url;

use super::profile::{Environment, Told};
use crate::error::{Error, Kind, Result};
use crate::http::secrets::Secrets;
use crate::http::tls::Trust;
use crate::http::url::{self, Address, Parameters, boolean, plaintext, unfit};
use crate::statement_execution::connection::Settings;
use crate::statement_execution::endpoint::Endpoint;
use crate::statement_execution::sign_in::{Client, Credentials, Issuer};

/// How long a request may take, repetitions included, unless the URL says so.
const TIMEOUT: Duration = Duration::from_secs(120);

/// Where Entra ID is, unless the URL names that of another cloud.
const ENTRA: &str = "https://login.microsoftonline.com";

const EXAMPLE: &str = "databricks://token:dapi…@host?http_path=/sql/1.0/warehouses/ID";

const PARAMETERS: [&str; 15] = [
    "http_path",
    "catalog",
    "schema",
    "access_token",
    "client_id",
    "client_secret",
    "azure_tenant_id",
    "azure_client_id",
    "azure_client_secret",
    "azure_login",
    "profile",
    "verify",
    "request_timeout",
    "ssl",
    "plaintext",
];

/// The host that stands in for one that the URL leaves out.
const ELSEWHERE: &str = "host.invalid";

fn wrong(message: impl Into<String>) -> Error {
    Error::new(Kind::Url, message)
}

/// Reads a URL without its scheme; what it leaves out, the environment may say.
pub(super) fn parse(rest: &str, environment: &Environment) -> Result<Settings> {
    let rest = rest.split_once('#').map_or(rest, |(rest, _)| rest);
    let mut address = Address::parse(&with_host(rest), EXAMPLE)?;
    let profile = address.parameters.take("profile");
    let is_named = profile.is_some();
    let told = environment.told(profile)?;
    if address.host == ELSEWHERE {
        let host = told.iter().find_map(Told::host).ok_or_else(|| {
            wrong("the URL has no host, and neither a profile nor `DATABRICKS_HOST` names one")
                .help(format!("write it as in `{EXAMPLE}`"))
        })?;
        // It is read as that of a URL.
        let named = Address::parse(&format!("//{host}"), EXAMPLE)?;
        (address.host, address.port) = (named.host, named.port);
    }
    // What is said of another workspace is none of this one's business.
    let is_about = |told: &&Told| {
        told.host().is_none_or(|host| {
            let host = host.rsplit_once(':').map_or(host, |(host, _)| host);
            host.eq_ignore_ascii_case(&address.host)
        })
    };
    if is_named && let Some(other) = told.iter().find(|told| !is_about(told)) {
        return Err(wrong(format!("{} is about another host than the URL", other.place))
            .help("leave the host out of the URL, as in `databricks://?profile=…`"));
    }
    let here = address.is_here(true);
    let told: Vec<&Told> = told.iter().filter(is_about).collect();
    let Address { user, password, host, port, path, mut parameters } = address;
    if !path.is_empty() {
        return Err(wrong("the URL has a path, which Databricks' URLs do not have")
            .help("name catalog and schema by the parameters `catalog` and `schema`"));
    }
    let tls = parameters.read("ssl", "`true` or `false`", boolean)?.unwrap_or(true);
    let scheme = if tls { "https" } else { "http" };
    let port = port.map_or_else(String::new, |port| format!(":{port}"));
    let base = Url::parse(&format!("{scheme}://{host}{port}/"))
        .map_err(|_| wrong("the URL has a host that can't be"))?;
    let mut secrets = Secrets::default();
    let credentials = credentials(user, password, &mut parameters, &told, &base)?;
    match &credentials {
        Credentials::Token(token) => {
            if !token.chars().all(|c| c.is_ascii_graphic()) {
                return Err(wrong("the token has characters that a token can't have"));
            }
            secrets.add(token);
        }
        Credentials::Client(client) => secrets.add(&client.secret),
    }
    let warehouse = warehouse(&mut parameters, &told)?;
    let [catalog, schema] = ["catalog", "schema"].map(|name| {
        let told = || told.iter().find_map(|told| told.get(name)).map(str::to_owned);
        parameters.take(name).or_else(told).filter(|name| !name.is_empty())
    });
    let trust = parameters.read("verify", Trust::EXPECTED, Trust::read)?.unwrap_or_default();
    let timeout = parameters.read("request_timeout", "a number of seconds above 0", |text| {
        let seconds: f64 = text.parse().ok().filter(|seconds| *seconds > 0.0)?;
        Duration::try_from_secs_f64(seconds).ok()
    })?;
    let in_clear = !plaintext(&mut parameters)? && !tls && !here;
    parameters.end("Databricks", &PARAMETERS)?;
    if in_clear {
        return Err(url::in_clear("a secret", "leave `ssl=false` out"));
    }
    let endpoint = Endpoint { base, warehouse, catalog, schema, secrets };
    Ok(Settings { endpoint, credentials, trust, timeout: timeout.unwrap_or(TIMEOUT) })
}

/// The URL with a host, where it has none.
fn with_host(rest: &str) -> String {
    let Some(after) = rest.strip_prefix("//") else { return rest.to_owned() };
    let end = after.find(['/', '?']).unwrap_or(after.len());
    let (authority, query) = after.split_at(end);
    match authority.is_empty() || authority.ends_with('@') {
        true => format!("//{authority}{ELSEWHERE}{query}"),
        false => rest.to_owned(),
    }
}

/// Who the client is: as the URL says, or else the first place that says it.
fn credentials(
    user: Option<String>,
    password: Option<String>,
    parameters: &mut Parameters,
    told: &[&Told],
    base: &Url,
) -> Result<Credentials> {
    let login = match parameters.take("azure_login") {
        None => Url::parse(ENTRA).ok(),
        Some(url) => Url::parse(&url).ok().filter(|url| {
            url.scheme() == "https" || url.scheme() == "http" && base.scheme() == "http"
        }),
    };
    let login = login
        .ok_or_else(|| unfit("azure_login", "a URL such as https://login.microsoftonline.us"))?;
    let names = [
        "token",
        "client_id",
        "client_secret",
        "azure_tenant_id",
        "azure_client_id",
        "azure_client_secret",
    ];
    let mut said = names.map(|name| {
        let parameter = if name == "token" { "access_token" } else { name };
        parameters.take(parameter).filter(|value| !value.is_empty())
    });
    let user = user.filter(|user| !user.is_empty());
    match (user.as_deref(), password.filter(|password| !password.is_empty())) {
        (None, None) => {}
        (Some("token"), Some(token)) if said[0].is_none() => said[0] = Some(token),
        (Some("token"), Some(_)) => {
            return Err(
                wrong("the URL has both a token and `access_token`").help("leave one of them away")
            );
        }
        (Some(_), Some(secret)) if said[1].is_none() && said[2].is_none() => {
            (said[1], said[2]) = (user, Some(secret));
        }
        (_, password) => {
            let message = match password {
                Some(_) => "the URL has a password that belongs to nobody",
                None => "the URL has a user without a password",
            };
            return Err(wrong(message).help(
                "write `token:` and a personal access token before the `@`, or a client's id and \
                 secret",
            ));
        }
    }
    if let Some(credentials) = of(said, "the URL", base, &login)? {
        return Ok(credentials);
    }
    for told in told {
        let said = names.map(|name| told.get(name).map(str::to_owned));
        if let Some(credentials) = of(said, &told.place, base, &login)? {
            return Ok(credentials);
        }
    }
    Err(wrong("the URL has no credentials, and neither have the environment and the profiles")
        .help(format!(
            "write it as in `{EXAMPLE}`; `client_id` and `client_secret` are another way"
        )))
}

/// What a place says of the client; nothing where it says nothing.
fn of(
    [token, id, secret, tenant, azure_id, azure_secret]: [Option<String>; 6],
    place: &str,
    base: &Url,
    login: &Url,
) -> Result<Option<Credentials>> {
    if let Some(token) = token {
        return Ok(Some(Credentials::Token(token)));
    }
    let lacking =
        |has: &str, lacks: &str| Err(wrong(format!("{place} has `{has}` without `{lacks}`")));
    match (id, secret) {
        (Some(id), Some(secret)) => {
            let issuer = Issuer::Workspace(base.clone());
            return Ok(Some(Credentials::Client(Client { id, secret, issuer })));
        }
        (Some(_), None) => return lacking("client_id", "client_secret"),
        (None, Some(_)) => return lacking("client_secret", "client_id"),
        (None, None) => {}
    }
    match (tenant, azure_id, azure_secret) {
        (Some(tenant), Some(id), Some(secret)) => {
            let mut url = login.clone();
            if let Ok(mut path) = url.path_segments_mut() {
                path.clear().extend([tenant.as_str(), "oauth2", "token"]);
            }
            let issuer = Issuer::Entra(url);
            Ok(Some(Credentials::Client(Client { id, secret, issuer })))
        }
        (None, None, None) => Ok(None),
        (tenant, id, _) => {
            let all = [
                ("azure_tenant_id", tenant.is_some()),
                ("azure_client_id", id.is_some()),
                ("azure_client_secret", true),
            ];
            let lacks =
                all.iter().find(|(_, there)| !there).map_or("azure_client_secret", |(n, _)| n);
            Err(wrong(format!("{place} names a client of Entra ID without `{lacks}`")))
        }
    }
}

/// The id of the warehouse.
fn warehouse(parameters: &mut Parameters, told: &[&Told]) -> Result<String> {
    let path = parameters.take("http_path").filter(|path| !path.is_empty());
    let said = |name: &str| told.iter().find_map(|told| told.get(name)).map(str::to_owned);
    let Some(path) = path.or_else(|| said("http_path")) else {
        return said("warehouse_id").ok_or_else(|| {
            wrong("the URL has no parameter `http_path`, which names the SQL warehouse").help(
                "the connection details of the warehouse show it: `http_path=/sql/1.0/warehouses/ID`",
            )
        });
    };
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    match parts[..] {
        ["sql", "1.0", "warehouses" | "endpoints", id]
            if id.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') =>
        {
            Ok(id.to_owned())
        }
        ["sql", "protocolv1", ..] => Err(Error::new(
            Kind::Unsupported,
            "the URL's `http_path` names a cluster, and statements run on SQL warehouses only",
        )
        .help("take the `http_path` of a SQL warehouse, `/sql/1.0/warehouses/ID`")),
        _ => Err(unfit("http_path", "a path such as `/sql/1.0/warehouses/ID`")),
    }
}

#[cfg(test)]
mod tests {
    use super::super::profile::testing::environment;
    use super::*;

    const PATH: &str = "http_path=/sql/1.0/warehouses/w1";

    fn read(url: &str) -> Result<Settings> {
        parse(url, &environment(&[], None))
    }

    /// Who signs in, as a text.
    fn shown(settings: &Settings) -> String {
        match &settings.credentials {
            Credentials::Token(token) => token.clone(),
            Credentials::Client(Client { id, secret, issuer }) => match issuer {
                Issuer::Workspace(base) => format!("{id}:{secret} at {base}"),
                Issuer::Entra(url) => format!("{id}:{secret} at {url}"),
            },
        }
    }

    #[test]
    fn urls_are_read_as_the_vendors_drivers_do() {
        for (url, signed_in) in [
            (format!("//token:t%40@h?{PATH}"), "t@"),
            (format!("//h:444?{PATH}&access_token=t"), "t"),
            (format!("//id:s@h?{PATH}"), "id:s at https://h/"),
            (format!("//h?{PATH}&client_id=id&client_secret=s"), "id:s at https://h/"),
            (
                format!("//h?{PATH}&azure_tenant_id=t&azure_client_id=id&azure_client_secret=s"),
                "id:s at https://login.microsoftonline.com/t/oauth2/token",
            ),
        ] {
            let settings = read(&url).unwrap_or_else(|error| panic!("{url}: {error}"));
            assert_eq!(shown(&settings), signed_in, "{url}");
            assert_eq!(settings.endpoint.warehouse, "w1");
        }
        let settings = read(
            "//token:t@h?http_path=sql/1.0/endpoints/a-1/&catalog=c&schema=s&request_timeout=5",
        );
        let Settings { endpoint, timeout, .. } = settings.unwrap();
        assert_eq!((endpoint.base.as_str(), endpoint.warehouse.as_str()), ("https://h/", "a-1"));
        assert_eq!(
            (endpoint.catalog.as_deref(), endpoint.schema.as_deref()),
            (Some("c"), Some("s"))
        );
        assert_eq!(timeout, Duration::from_secs(5));
    }

    #[test]
    fn what_a_url_leaves_out_is_found_elsewhere() {
        let file = Some(
            "[DEFAULT]\nhost = https://h/\ntoken = t1\nwarehouse_id = w2\n[p]\nhost=i\nclient_id=a\nclient_secret=b\nhttp_path=/sql/1.0/warehouses/w3",
        );
        for (variables, url, expected) in [
            (&[][..], "//", Some("t1 https://h/ w2")),
            (&[], "//h", Some("t1 https://h/ w2")),
            (&[], "//token:t@?http_path=/sql/1.0/warehouses/w1", Some("t https://h/ w1")),
            (&[("DATABRICKS_TOKEN", "t0")], "//", Some("t0 https://h/ w2")),
            (&[], "//?profile=p", Some("a:b at https://i/ https://i/ w3")),
            (&[], "//i?profile=p", Some("a:b at https://i/ https://i/ w3")),
            // What is another workspace's does not go to this one.
            (&[], "//other?http_path=/sql/1.0/warehouses/w1", None),
            (
                &[("DATABRICKS_HOST", "k"), ("DATABRICKS_TOKEN", "t0")],
                "//h",
                Some("t1 https://h/ w2"),
            ),
            (&[], "//h?profile=p", None),
        ] {
            let settings = parse(url, &environment(variables, file));
            let found = settings.map(|settings| {
                let Endpoint { base, warehouse, .. } = &settings.endpoint;
                format!("{} {base} {warehouse}", shown(&settings))
            });
            assert_eq!(found.as_deref().ok(), expected, "{url}: {found:?}");
        }
    }

    #[test]
    fn errors_name_what_is_wrong_and_no_secret() {
        for (url, text) in [
            ("h", "the URL has no `//` after its scheme"),
            ("//token:s3cret@", "the URL has no host, and neither a profile nor"),
            ("//token:s3cret@h", "the URL has no parameter `http_path`, which names the SQL"),
            ("//token:s3cret@h?http_path=s3cret", "the URL's parameter `http_path` has a value"),
            ("//token:s3cret@h?http_path=/sql/1.0/warehouses/", "the URL's parameter `http_path`"),
            (
                "//token:s3cret@h?http_path=/sql/protocolv1/o/1/0-1-a",
                "the URL's `http_path` names a cluster",
            ),
            ("//h?http_path=/sql/1.0/warehouses/w", "the URL has no credentials"),
            ("//me@h?http_path=/sql/1.0/warehouses/w", "the URL has a user without a password"),
            ("//token:s3cret@h/main?http_path=x", "the URL has a path"),
            ("//token:s3cret@h?access_token=s3cret", "the URL has both a token and `access_token`"),
            ("//h?client_id=a", "the URL has `client_id` without `client_secret`"),
            ("//h?client_secret=s3cret", "the URL has `client_secret` without `client_id`"),
            (
                "//h?azure_client_id=a",
                "the URL names a client of Entra ID without `azure_tenant_id`",
            ),
            (
                "//h?azure_client_id=a&azure_tenant_id=b",
                "the URL names a client of Entra ID without `azure_client_secret`",
            ),
            (
                "//token:s3cret@h?http_path=/sql/1.0/warehouses/w&http_pth=s3cret",
                "the URL has the parameter `http_pth`, which Databricks does not have; did you",
            ),
            (
                "//token:s3cret@h?http_path=/sql/1.0/warehouses/w&auth=NOSASL",
                "the URL has the parameter `auth`, which Databricks does not have",
            ),
            (
                "//token:s3cret@h?http_path=/sql/1.0/warehouses/w&ssl=false",
                "the URL has a secret, and no TLS that would keep it secret",
            ),
            ("//token:s3cret%20x@h", "the token has characters that a token can't have"),
            (
                "//token:s3cret@h?azure_login=s3cret",
                "the URL's parameter `azure_login` has a value",
            ),
            ("//token:s3cret@h?profile=s3cret", "a profile is named, and .databrickscfg can't be"),
        ] {
            let Err(error) = read(url) else { panic!("{url}") };
            let shown = format!("{error} {error:?}");
            assert!(shown.starts_with(text), "{url}: {shown}");
            assert!(!shown.contains("s3cret"), "{shown}");
        }
    }
}
