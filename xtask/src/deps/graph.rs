//! The dependency graph as the checks need it: names, features, edges with their kind.
//!
//! Built from `cargo metadata` and nothing else; resolves nothing itself.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

/// Why one package depends on another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Normal,
    Build,
    Dev,
}

/// One package: name, features that are on, dependencies by package id.
#[derive(Debug, Default)]
pub(super) struct Package {
    pub(super) name: String,
    pub(super) features: Vec<String>,
    pub(super) uses: Vec<(Kind, String)>,
}

/// Packages by id, and which of them belong to the workspace.
#[derive(Debug, Default)]
pub(super) struct Graph {
    pub(super) packages: BTreeMap<String, Package>,
    pub(super) members: BTreeSet<String>,
}

impl Graph {
    /// Reads the output of `cargo metadata --format-version 1`.
    ///
    /// Errors: a sentence, when the text is not JSON or lacks what the format promises.
    pub(super) fn from_metadata(text: &str) -> Result<Self, String> {
        let metadata: Value = serde_json::from_str(text)
            .map_err(|error| format!("`cargo metadata` printed no JSON: {error}"))?;
        let nodes = array(&metadata["resolve"], "nodes")?;
        let names = array(&metadata, "packages")?
            .iter()
            .map(|package| Ok((string(package, "id")?, string(package, "name")?)));
        let names: BTreeMap<String, String> = names.collect::<Result<_, String>>()?;
        let members = strings(&metadata, "workspace_members")?.into_iter().collect();
        let mut packages = BTreeMap::new();
        for node in nodes {
            let id = string(node, "id")?;
            let name = names.get(&id).cloned().unwrap_or_else(|| id.clone());
            let package = Package { name, features: strings(node, "features")?, uses: uses(node)? };
            packages.insert(id, package);
        }
        Ok(Self { packages, members })
    }

    /// Yields the packages of the workspace.
    pub(super) fn workspace(&self) -> impl Iterator<Item = &Package> {
        self.members.iter().filter_map(|id| self.packages.get(id))
    }

    /// Returns the ids of the tree under `id`, itself included, along edges that `follow` accepts.
    pub(super) fn tree<'a>(
        &'a self,
        id: &'a str,
        follow: impl Fn(&Package, Kind) -> bool,
    ) -> BTreeSet<&'a str> {
        let mut seen = BTreeSet::from([id]);
        let mut open = vec![id];
        while let Some(package) = open.pop().and_then(|id| self.packages.get(id)) {
            for (_, used) in package.uses.iter().filter(|(kind, _)| follow(package, *kind)) {
                if seen.insert(used) {
                    open.push(used);
                }
            }
        }
        seen
    }

    /// Returns the id of the workspace crate called `name`.
    pub(super) fn member(&self, name: &str) -> Option<&str> {
        self.members.iter().map(String::as_str).find(|id| self.name(id) == name)
    }

    /// Returns the name of a package, or its id when the graph does not hold it.
    pub(super) fn name<'a>(&'a self, id: &'a str) -> &'a str {
        self.packages.get(id).map_or(id, |package| package.name.as_str())
    }
}

/// Returns the name of each package in a `Cargo.lock`, one entry per version.
pub(super) fn locked_packages(lock: &str) -> Vec<String> {
    let names = lock.lines().filter_map(|line| line.strip_prefix("name = \"")?.strip_suffix('"'));
    names.map(str::to_owned).collect()
}

fn uses(node: &Value) -> Result<Vec<(Kind, String)>, String> {
    let mut uses = Vec::new();
    for dependency in array(node, "deps")? {
        let id = string(dependency, "pkg")?;
        for kind in array(dependency, "dep_kinds")? {
            let kind = match kind["kind"].as_str() {
                None => Kind::Normal,
                Some("build") => Kind::Build,
                Some("dev") => Kind::Dev,
                Some(other) => return Err(format!("`cargo metadata` names a new kind `{other}`")),
            };
            uses.push((kind, id.clone()));
        }
    }
    Ok(uses)
}

fn array<'a>(value: &'a Value, key: &str) -> Result<&'a Vec<Value>, String> {
    value[key].as_array().ok_or_else(|| format!("`cargo metadata` has no list `{key}`"))
}

fn string(value: &Value, key: &str) -> Result<String, String> {
    let text =
        value[key].as_str().ok_or_else(|| format!("`cargo metadata` has no text `{key}`"))?;
    Ok(text.to_owned())
}

fn strings(value: &Value, key: &str) -> Result<Vec<String>, String> {
    let texts = array(value, key)?.iter().filter_map(Value::as_str);
    Ok(texts.map(str::to_owned).collect())
}

/// Builds, in tests, a workspace from `(crate, edges)`; packages that are only used are outside it.
#[cfg(test)]
pub(super) fn sample(crates: &[(&str, &[(Kind, &str)])]) -> Graph {
    let mut graph = Graph::default();
    let named = |name: &str| Package { name: name.to_owned(), ..Package::default() };
    for (name, edges) in crates {
        graph.members.insert((*name).to_owned());
        for (_, used) in *edges {
            graph.packages.entry((*used).to_owned()).or_insert_with(|| named(used));
        }
        let package = graph.packages.entry((*name).to_owned()).or_insert_with(|| named(name));
        package.uses = edges.iter().map(|(kind, used)| (*kind, (*used).to_owned())).collect();
    }
    graph
}

#[cfg(test)]
mod tests {
    use super::*;

    const METADATA: &str = r#"{
        "packages": [{"id": "path#a", "name": "a"}, {"id": "registry#b", "name": "b"}],
        "workspace_members": ["path#a"],
        "resolve": {"nodes": [
            {"id": "path#a", "features": [], "deps": [{"pkg": "registry#b", "dep_kinds": [
                {"kind": null, "target": null}, {"kind": "dev", "target": null}]}]},
            {"id": "registry#b", "features": ["std"], "deps": []}
        ]}
    }"#;

    #[test]
    fn metadata_becomes_a_graph() {
        let graph = Graph::from_metadata(METADATA).unwrap();
        let id = graph.member("a").unwrap();
        let b = "registry#b".to_owned();
        assert_eq!(graph.packages[id].uses, [(Kind::Normal, b.clone()), (Kind::Dev, b)]);
        assert_eq!(graph.packages["registry#b"].features, ["std"]);
        assert_eq!(graph.member("b"), None);
    }

    #[test]
    fn metadata_of_another_shape_is_an_error() {
        for (text, word) in [
            ("", "no JSON"),
            ("{}", "`nodes`"),
            (&METADATA.replace("\"dev\"", "\"late\""), "new kind `late`"),
        ] {
            let error = Graph::from_metadata(text).unwrap_err();
            assert!(error.contains(word), "{error}");
        }
    }

    #[test]
    fn a_tree_follows_what_it_is_told_and_ends_in_a_cycle() {
        let graph = sample(&[
            ("a", &[(Kind::Normal, "b"), (Kind::Dev, "c")]),
            ("b", &[(Kind::Build, "d"), (Kind::Normal, "a")]),
        ]);
        let tree = graph.tree("a", |_, kind| kind != Kind::Dev);
        assert_eq!(tree.into_iter().collect::<Vec<_>>(), ["a", "b", "d"]);
    }

    #[test]
    fn the_lock_lists_each_version() {
        let lock = "version = 4\n[[package]]\nname = \"syn\"\n\n[[package]]\nname = \"syn\"\n";
        assert_eq!(locked_packages(lock), ["syn", "syn"]);
    }
}
