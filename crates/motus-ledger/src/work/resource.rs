//! What a claim is about: its task, and other things that it names.

use motus_json::{Object, Value};

/// The type of the resource that stands for a task.
const TASK: &str = "task";

/// What the name of a task's lock begins with.
pub(super) const TASK_LOCKS: &str = "task:";

/// Something that a claim names, such as `file:src/lib.rs`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ResourceSpec {
    /// Its type.
    pub resource_type: String,
    /// Its path, name or address.
    pub path: String,
}

impl ResourceSpec {
    /// Reads `TYPE:PATH`; without a colon it is a file.
    pub fn parse(text: &str) -> Self {
        match text.split_once(':') {
            Some((resource_type, path)) => Self::new(resource_type, path),
            None => Self::new("file", text),
        }
    }

    /// Names a task.
    pub fn task(work_id: &str) -> Self {
        Self::new(TASK, work_id)
    }

    fn new(resource_type: &str, path: &str) -> Self {
        Self { resource_type: resource_type.to_owned(), path: path.to_owned() }
    }

    /// Reads an item of `resource_specs`; `None` when it is none.
    pub(super) fn from_value(value: &Value) -> Option<Self> {
        let text = |name| value.get(name).and_then(Value::as_str);
        Some(Self::new(text("type")?, text("path")?))
    }

    /// Returns the item of `resource_specs`.
    pub fn to_object(&self) -> Object {
        Object::from([("type", self.resource_type.as_str()), ("path", self.path.as_str())])
    }

    /// Returns the name under which it is locked.
    pub fn lock_name(&self) -> String {
        format!("{}:{}", self.resource_type, self.path)
    }
}

/// Returns the names that a claim locks, each once, in an order that all claims share.
pub(super) fn fenced_names(work_id: &str, resources: &[ResourceSpec], shared: bool) -> Vec<String> {
    let task = ResourceSpec::task(work_id).lock_name();
    let mut names: Vec<String> = resources.iter().map(ResourceSpec::lock_name).collect();
    names.retain(|name| *name != task);
    if !shared {
        names.push(task);
    }
    names.sort();
    names.dedup();
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_resource_is_split_at_its_first_colon() {
        for (text, resource_type, path) in [
            ("file:src/lib.rs", "file", "src/lib.rs"),
            ("src/lib.rs", "file", "src/lib.rs"),
            ("url:https://x", "url", "https://x"),
            (":x", "", "x"),
        ] {
            let spec = ResourceSpec::parse(text);
            assert_eq!((&*spec.resource_type, &*spec.path), (resource_type, path), "{text}");
        }
    }

    #[test]
    fn a_claim_locks_each_thing_once_and_its_task_unless_shared() {
        let specs = ["src/b", "file:src/b", "db:a", "task:T1"].map(ResourceSpec::parse);
        assert_eq!(fenced_names("T1", &specs, false), ["db:a", "file:src/b", "task:T1"]);
        assert_eq!(fenced_names("T1", &specs, true), ["db:a", "file:src/b"]);
        assert_eq!(fenced_names("T2", &[], false), ["task:T2"]);
        assert!(TASK_LOCKS.starts_with(TASK));
    }
}
