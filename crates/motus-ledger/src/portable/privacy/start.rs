//! What stands before a character, and whether a path can begin there.

/// Whether a slash begins a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Before {
    /// Nothing of a path stands before it.
    Boundary,
    /// It belongs to the word before it, as in `and/or`.
    Inside,
    /// A quotation ends, or begins, before it: a path has more than one part.
    Quotation,
    /// Only what follows tells, as behind a bracket.
    Doubtful,
}

/// The last characters that were passed, the youngest first.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct History([Option<char>; 3]);

impl History {
    pub(super) fn push(&mut self, character: char) {
        let Self([first, second, _]) = *self;
        *self = Self([Some(character), first, second]);
    }

    pub(super) fn last(&self) -> Option<char> {
        let Self([last, ..]) = *self;
        last
    }

    /// Tells how a slash, a backslash or a tilde that comes now is to be read.
    pub(super) fn before(&self) -> Before {
        let Self([last, second, third]) = *self;
        let Some(last) = last else { return Before::Boundary };
        match last {
            // A flag with its value, such as -I/usr/include.
            'a'..='z' | 'A'..='Z' if second == Some('-') && !is_word(third) => Before::Boundary,
            '.' | '-' if is_word(second) => Before::Doubtful,
            // An escaped line break or tab, as in a quoted log.
            'n' | 'r' | 't' if second == Some('\\') => Before::Doubtful,
            '_' if is_word(second) => Before::Inside,
            _ if last.is_ascii_alphanumeric() || "/.".contains(last) => Before::Inside,
            // A letter before an opening quote marks a kind of text: r"/x".
            '"' | '\'' | '`' if is_word(second) && is_word(third) => Before::Quotation,
            '"' | '\'' | '`' if second.is_some_and(|it| ".!?)".contains(it)) => Before::Quotation,
            _ if ")]}#+?$%*_~€£¥°…".contains(last) => Before::Doubtful,
            '»' | '\u{2019}' | '\u{201d}' | '\u{300}'..='\u{36f}' => Before::Doubtful,
            other if !other.is_ascii() && other.is_alphanumeric() => Before::Doubtful,
            _ => Before::Boundary,
        }
    }

    /// Tells whether a name such as that of a scheme can begin now.
    pub(super) fn is_before_a_name(&self) -> bool {
        !self.last().is_some_and(|last| last.is_ascii_alphanumeric() || "_+-.".contains(last))
    }
}

fn is_word(character: Option<char>) -> bool {
    character.is_some_and(|character| character.is_alphanumeric() || "_-".contains(character))
}
