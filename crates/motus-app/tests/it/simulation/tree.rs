//! A document as a tree whose leaves can be changed, and its text again.

use granit_parser::{Event, Parser, ScalarStyle};

/// A part of a document.
#[derive(Clone, Debug)]
pub(super) enum Tree {
    Leaf { text: String, is_plain: bool },
    List(Vec<Tree>),
    Mapping(Vec<(String, Tree)>),
}

/// A part whose end has not come yet.
struct Open {
    tree: Tree,
    key: Option<String>,
}

impl Tree {
    pub(super) fn read(text: &str) -> Self {
        let mut open = vec![Open { tree: Self::List(Vec::new()), key: None }];
        for event in Parser::new_from_str(text) {
            match event.unwrap().0 {
                Event::Scalar(text, style, ..) => {
                    let (text, is_plain) = (text.into_owned(), style == ScalarStyle::Plain);
                    match open.last_mut().unwrap() {
                        Open { tree: Self::Mapping(_), key: key @ None } => *key = Some(text),
                        within => within.put(Self::Leaf { text, is_plain }),
                    }
                }
                Event::SequenceStart(..) => {
                    open.push(Open { tree: Self::List(Vec::new()), key: None });
                }
                Event::MappingStart(..) => {
                    open.push(Open { tree: Self::Mapping(Vec::new()), key: None });
                }
                Event::SequenceEnd | Event::MappingEnd => {
                    let Open { tree, .. } = open.pop().unwrap();
                    open.last_mut().unwrap().put(tree);
                }
                _ => {}
            }
        }
        match open.pop().unwrap().tree {
            Self::List(mut documents) => documents.pop().unwrap(),
            _ => unreachable!("the outermost is a list"),
        }
    }

    /// Writes the document as one line.
    pub(super) fn write(&self) -> String {
        match self {
            Self::Leaf { text, is_plain: true } => text.clone(),
            Self::Leaf { text, .. } => quoted(text),
            Self::List(items) => {
                let items: Vec<String> = items.iter().map(Self::write).collect();
                format!("[{}]", items.join(", "))
            }
            Self::Mapping(members) => {
                let member =
                    |(key, tree): &(String, Self)| format!("{}: {}", quoted(key), tree.write());
                let members: Vec<String> = members.iter().map(member).collect();
                format!("{{{}}}", members.join(", "))
            }
        }
    }

    /// Returns the paths of all leaves, such as `act/0/skills/0/skill`.
    pub(super) fn leaves(&self) -> Vec<String> {
        let below = |(name, tree): (String, &Self)| -> Vec<String> {
            let behind = |leaf: String| {
                if leaf.is_empty() { name.clone() } else { format!("{name}/{leaf}") }
            };
            tree.leaves().into_iter().map(behind).collect()
        };
        match self {
            Self::Leaf { .. } => vec![String::new()],
            Self::List(items) => {
                let named = items.iter().enumerate().map(|(index, tree)| (index.to_string(), tree));
                named.flat_map(below).collect()
            }
            Self::Mapping(members) => {
                let named = members.iter().map(|(key, tree)| (key.replace('/', "|"), tree));
                named.flat_map(below).collect()
            }
        }
    }

    /// Returns the text of a leaf.
    pub(super) fn text(&self) -> &str {
        match self {
            Self::Leaf { text, .. } => text,
            _ => unreachable!("no leaf"),
        }
    }

    /// Returns the part at a path.
    pub(super) fn at(&mut self, path: &str) -> &mut Self {
        path.split('/').fold(self, |tree, name| match tree {
            Self::List(items) => &mut items[name.parse::<usize>().unwrap()],
            Self::Mapping(members) => {
                let found = members.iter_mut().find(|(key, _)| key.replace('/', "|") == name);
                &mut found.unwrap().1
            }
            Self::Leaf { .. } => unreachable!("{path} goes through a leaf"),
        })
    }
}

impl Open {
    fn put(&mut self, tree: Tree) {
        match &mut self.tree {
            Tree::List(items) => items.push(tree),
            Tree::Mapping(members) => members.push((self.key.take().unwrap(), tree)),
            Tree::Leaf { .. } => unreachable!("a leaf holds nothing"),
        }
    }
}

fn quoted(text: &str) -> String {
    motus_json::canonical::cj::write(&text.into()).unwrap()
}
