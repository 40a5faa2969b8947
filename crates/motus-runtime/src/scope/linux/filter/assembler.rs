//! An assembler of classic BPF as seccomp takes it. A program is written from its end: all jumps lead forward, so
//! that whatever is jumped to stands already, and no label is ever left open.
//!
//! Only instructions that the kernel follows when it looks for calls that are always allowed; those cost nothing.

use super::Instruction;

const LOAD_WORD: u16 = 0x20;
const AND: u16 = 0x54;
const RETURN: u16 = 0x06;
const JUMP: u16 = 0x05;
const JUMP_IF_EQUAL: u16 = 0x15;
const JUMP_IF_GREATER: u16 = 0x25;
const JUMP_IF_ANY_BIT: u16 = 0x45;

/// Where the kernel puts the number of the call in what a filter reads.
pub(super) const NUMBER: u32 = 0;
/// Where it puts the architecture.
pub(super) const ARCHITECTURE: u32 = 4;

/// Returns where it puts the lower half of an argument, on machines that put it first.
pub(super) const fn lower_half(argument: u8) -> u32 {
    16 + 8 * argument as u32
}

/// Returns where it puts the upper half.
pub(super) const fn upper_half(argument: u8) -> u32 {
    lower_half(argument) + 4
}

/// An instruction that can be jumped to, counted from the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Label(usize);

/// What a branch tells apart, of the word that was loaded last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Test {
    Equals(u32),
    Exceeds(u32),
    HasAnyBit(u32),
}

/// A program, from its end.
#[derive(Debug, Default)]
pub(super) struct Assembler {
    backwards: Vec<Instruction>,
}

impl Assembler {
    /// Ends with a verdict.
    pub(super) fn end(&mut self, verdict: u32) -> Label {
        self.put(RETURN, verdict, 0, 0)
    }

    /// Loads a word, and goes on at a label.
    pub(super) fn load(&mut self, offset: u32, next: Label) -> Label {
        self.go_on(next);
        self.put(LOAD_WORD, offset, 0, 0)
    }

    /// Keeps only some bits of the word, and goes on at a label.
    pub(super) fn keep(&mut self, bits: u32, next: Label) -> Label {
        self.go_on(next);
        self.put(AND, bits, 0, 0)
    }

    /// Goes one of two ways.
    pub(super) fn branch(&mut self, test: Test, met: Label, otherwise: Label) -> Label {
        let (code, value) = match test {
            Test::Equals(value) => (JUMP_IF_EQUAL, value),
            Test::Exceeds(value) => (JUMP_IF_GREATER, value),
            Test::HasAnyBit(bits) => (JUMP_IF_ANY_BIT, bits),
        };
        // What does not fit into eight bits is reached by a jump of its own right behind the branch. The second
        // jump may push the first way out of reach, not the other way round.
        let otherwise = self.near(otherwise, 1);
        let met = self.near(met, 0);
        let (if_met, if_not) = (self.short(met), self.short(otherwise));
        self.put(code, value, if_met, if_not)
    }

    /// Returns the program as it runs.
    pub(super) fn finish(self) -> Vec<Instruction> {
        let mut instructions = self.backwards;
        instructions.reverse();
        instructions
    }

    /// Returns a label from which the way is the same, and which a branch reaches even if `more` instructions
    /// come before it.
    fn near(&mut self, label: Label, more: usize) -> Label {
        if u8::try_from(self.distance(label) + more).is_ok() {
            return label;
        }
        let distance = self.distance(label);
        self.put(JUMP, u32::try_from(distance).unwrap_or(u32::MAX), 0, 0)
    }

    /// Makes sure that what is put next is followed by what a label stands for.
    fn go_on(&mut self, next: Label) {
        let distance = self.distance(next);
        if distance > 0 {
            self.put(JUMP, u32::try_from(distance).unwrap_or(u32::MAX), 0, 0);
        }
    }

    /// How many instructions lie between the one that is put next and a label.
    fn distance(&self, label: Label) -> usize {
        self.backwards.len().saturating_sub(label.0 + 1)
    }

    /// The distance to a label that was made to be near.
    fn short(&self, label: Label) -> u8 {
        u8::try_from(self.distance(label)).unwrap_or(u8::MAX)
    }

    fn put(&mut self, code: u16, value: u32, jump_true: u8, jump_false: u8) -> Label {
        self.backwards.push(Instruction { code, jump_true, jump_false, value });
        Label(self.backwards.len() - 1)
    }
}
