//! What the vendor's tools read besides a URL: variables of the environment, and profiles in a
//! file.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::error::{Error, Kind, Result};

/// The environment variables, by the names that profiles have for what they say.
const VARIABLES: [(&str, &[&str]); 9] = [
    ("host", &["DATABRICKS_HOST", "DATABRICKS_SERVER_HOSTNAME"]),
    ("token", &["DATABRICKS_TOKEN"]),
    ("client_id", &["DATABRICKS_CLIENT_ID"]),
    ("client_secret", &["DATABRICKS_CLIENT_SECRET"]),
    ("http_path", &["DATABRICKS_HTTP_PATH"]),
    ("warehouse_id", &["DATABRICKS_WAREHOUSE_ID"]),
    ("azure_tenant_id", &["ARM_TENANT_ID"]),
    ("azure_client_id", &["ARM_CLIENT_ID"]),
    ("azure_client_secret", &["ARM_CLIENT_SECRET"]),
];

/// The section of a file of profiles that is taken where none is named.
const DEFAULT: &str = "DEFAULT";

/// Gives something by its name.
type Lookup<T> = Box<dyn Fn(&str) -> Option<T> + Send + Sync>;

/// Where a process looks.
pub(super) struct Environment {
    pub(super) variable: Lookup<String>,
    /// The text of a file.
    pub(super) file: Lookup<String>,
}

/// What one place says: host, token and so on.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Told {
    /// The place, for messages.
    pub(super) place: String,
    values: BTreeMap<String, String>,
}

impl Told {
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// The host that it is about, without scheme and path.
    pub(super) fn host(&self) -> Option<&str> {
        let host = self.get("host")?;
        let host = host.strip_prefix("https://").unwrap_or(host);
        host.split(['/', '?']).next().filter(|host| !host.is_empty())
    }
}

impl Environment {
    /// That of this process.
    pub(super) fn of_process() -> Environment {
        Environment {
            variable: Box::new(|name| std::env::var(name).ok()),
            file: Box::new(|path| std::fs::read_to_string(path).ok()),
        }
    }

    /// What is said besides the URL, the first place first: the profile that is named, or else
    /// the variables and the profile `DEFAULT`.
    pub(super) fn told(&self, profile: Option<String>) -> Result<Vec<Told>> {
        let set = |name: &str| (self.variable)(name).filter(|value| !value.is_empty());
        let path = match (set("DATABRICKS_CONFIG_FILE"), set("HOME").or_else(|| set("USERPROFILE")))
        {
            (Some(path), _) => path,
            (None, Some(home)) => PathBuf::from(home).join(".databrickscfg").display().to_string(),
            (None, None) => ".databrickscfg".to_owned(),
        };
        let text = (self.file)(&path);
        if let Some(name) = profile.or_else(|| set("DATABRICKS_CONFIG_PROFILE")) {
            let profiles = profiles(text.as_deref().unwrap_or_default());
            return match profiles.into_iter().find(|profile| profile.place == name) {
                Some(profile) => Ok(vec![called(profile)]),
                None => Err(missing(&path, text.is_some())),
            };
        }
        let mut variables = Told { place: "the environment".to_owned(), ..Told::default() };
        for (name, all) in VARIABLES {
            if let Some(value) = all.iter().find_map(|name| set(name)) {
                variables.values.insert(name.to_owned(), value);
            }
        }
        let profiles = profiles(text.as_deref().unwrap_or_default());
        let default = profiles.into_iter().find(|profile| profile.place == DEFAULT).map(called);
        Ok(std::iter::once(variables).chain(default).collect())
    }
}

fn called(profile: Told) -> Told {
    Told { place: format!("the profile `{}`", profile.place), ..profile }
}

fn missing(path: &str, is_there: bool) -> Error {
    let message = match is_there {
        true => format!("{path} does not have the profile that is named"),
        false => format!("a profile is named, and {path} can't be read"),
    };
    Error::new(Kind::Url, message)
        .help("check the URL's parameter `profile`, or the variable `DATABRICKS_CONFIG_PROFILE`")
}

/// The sections of a file: `[name]`, and below it lines such as `host = …`.
fn profiles(text: &str) -> Vec<Told> {
    let mut profiles: Vec<Told> = Vec::new();
    for line in text.lines().map(str::trim) {
        if let Some(name) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            profiles.push(Told { place: name.trim().to_owned(), ..Told::default() });
        } else if let Some(profile) = profiles.last_mut()
            && !line.starts_with(['#', ';'])
            && let Some((name, value)) = line.split_once('=')
        {
            profile.values.insert(name.trim().to_ascii_lowercase(), value.trim().to_owned());
        }
    }
    // It holds the settings of the vendor's command line.
    profiles.retain(|profile| profile.place != "__settings__");
    profiles
}

#[cfg(test)]
pub(super) mod testing {
    //! An environment for tests.

    use super::Environment;

    /// One with these variables, and one file.
    pub(crate) fn environment(
        variables: &'static [(&'static str, &'static str)],
        file: Option<&'static str>,
    ) -> Environment {
        let find = |name: &str| variables.iter().find(|(known, _)| *known == name);
        Environment {
            variable: Box::new(move |name| find(name).map(|(_, value)| (*value).to_owned())),
            file: Box::new(move |_| file.map(str::to_owned)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::testing::environment;

    const FILE: &str = "[__settings__]\ndefault_profile = x\n[DEFAULT]\nhost = https://a.b/\n\
                        # token = no\ntoken=t1\n\n[ prod ]\nHOST = c.d\nclient_id = i\n";

    #[test]
    fn variables_come_before_the_default_profile() {
        let told =
            environment(&[("DATABRICKS_TOKEN", "t0"), ("DATABRICKS_HTTP_PATH", "")], Some(FILE));
        let told = told.told(None).unwrap();
        let shown: Vec<_> =
            told.iter().map(|told| (told.place.as_str(), told.host(), told.get("token"))).collect();
        assert_eq!(
            shown,
            [
                ("the environment", None, Some("t0")),
                ("the profile `DEFAULT`", Some("a.b"), Some("t1"))
            ]
        );
        assert_eq!(told[0].get("http_path"), None);
    }

    #[test]
    fn a_profile_that_is_named_is_there() {
        for (variables, profile) in [
            (&[][..], Some("prod".to_owned())),
            (&[("DATABRICKS_CONFIG_PROFILE", "prod"), ("DATABRICKS_TOKEN", "t0")], None),
        ] {
            let told = environment(variables, Some(FILE)).told(profile).unwrap();
            let [told] = &told[..] else { panic!("{told:?}") };
            assert_eq!((told.host(), told.get("token")), (Some("c.d"), None));
        }
        for (file, name) in [(Some(FILE), "none"), (Some(FILE), "__settings__"), (None, "prod")] {
            let error = environment(&[], file).told(Some(name.to_owned())).unwrap_err();
            assert!(error.is_url() && error.suggestion().is_some(), "{error}");
        }
    }
}
