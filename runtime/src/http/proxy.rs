//! Which environment variable has requests go through a proxy, for errors: the HTTP
//! client reads them itself.

use reqwest::Url;

/// The variable that names a proxy for what is at the URL; `variable` gives those
/// that are set.
pub(crate) fn variable_for(
    url: &Url,
    variable: impl Fn(&str) -> Option<String>,
) -> Option<&'static str> {
    let set = |name: &&'static str| variable(name).is_some_and(|value| !value.trim().is_empty());
    let own = match url.scheme() {
        "https" => ["HTTPS_PROXY", "https_proxy"],
        _ => ["HTTP_PROXY", "http_proxy"],
    };
    let found = own.into_iter().chain(["ALL_PROXY", "all_proxy"]).find(set)?;
    let without = variable("NO_PROXY").or_else(|| variable("no_proxy")).unwrap_or_default();
    let host = url.host_str().unwrap_or_default();
    let excepted = without.split(',').map(|part| part.trim().trim_start_matches('.')).any(|part| {
        part == "*"
            || host == part
            || host.strip_suffix(part).is_some_and(|rest| rest.ends_with('.'))
    });
    (!excepted).then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_variable_is_that_of_the_scheme_unless_the_host_is_excepted() {
        for (url, variables, found) in [
            ("http://a.b/", &[][..], None),
            ("http://a.b/", &[("HTTP_PROXY", "p"), ("ALL_PROXY", "q")], Some("HTTP_PROXY")),
            ("https://a.b/", &[("HTTP_PROXY", "p"), ("all_proxy", "q")], Some("all_proxy")),
            ("https://a.b/", &[("https_proxy", "p")], Some("https_proxy")),
            ("https://a.b/", &[("HTTPS_PROXY", "")], None),
            ("http://a.b/", &[("HTTP_PROXY", "p"), ("NO_PROXY", "c, a.b")], None),
            ("http://x.a.b/", &[("HTTP_PROXY", "p"), ("no_proxy", ".a.b")], None),
            ("http://xa.b/", &[("HTTP_PROXY", "p"), ("NO_PROXY", "a.b")], Some("HTTP_PROXY")),
            ("http://a.b/", &[("HTTP_PROXY", "p"), ("NO_PROXY", "*")], None),
        ] {
            let set = |name: &str| {
                let value = variables.iter().find(|(other, _)| *other == name);
                value.map(|(_, value)| (*value).to_owned())
            };
            let url = Url::parse(url).unwrap();
            assert_eq!(variable_for(&url, set), found, "{url} {variables:?}");
        }
    }
}
