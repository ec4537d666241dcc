//! What a rule says, as data, and what can be wrong with it.

use std::fmt;

use foldhash::{HashMap, HashSet};

/// What a rule is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Class {
    /// Anything by which people could meet off the site.
    Contact,
    /// Sexual approaches, and the patterns of grooming.
    SexualGrooming,
    /// Slurs and hate against groups of people.
    Hate,
    /// How to do oneself or others harm.
    MethodDetail,
    /// A danger to the writer's own life.
    CrisisOwn,
    /// A danger to somebody else's.
    CrisisOther,
    /// Violence or abuse that somebody tells of.
    AbuseDisclosed,
    /// Telling somebody to harm themselves.
    Encouragement,
}

impl Class {
    /// All of them, in the order of the documentation.
    pub const ALL: [Self; 8] = [
        Self::Contact,
        Self::SexualGrooming,
        Self::Hate,
        Self::MethodDetail,
        Self::CrisisOwn,
        Self::CrisisOther,
        Self::AbuseDisclosed,
        Self::Encouragement,
    ];

    /// As rules spell it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Contact => "contact",
            Self::SexualGrooming => "sexual-grooming",
            Self::Hate => "hate",
            Self::MethodDetail => "method-detail",
            Self::CrisisOwn => "crisis-own",
            Self::CrisisOther => "crisis-other",
            Self::AbuseDisclosed => "abuse-disclosed",
            Self::Encouragement => "encouragement",
        }
    }

    /// Somebody needs help: such a rule can never hold or block.
    #[must_use]
    pub fn is_crisis(self) -> bool {
        matches!(self, Self::CrisisOwn | Self::CrisisOther | Self::AbuseDisclosed)
    }
}

/// What to do, the mildest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Action {
    /// Nothing.
    Pass,
    /// It goes through at once; help is shown, and a person is called.
    Help,
    /// It is held back with a kind word; nothing is lost.
    Hold,
    /// It is refused.
    Block,
}

impl Action {
    /// As rules spell it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Help => "help",
            Self::Hold => "hold",
            Self::Block => "block",
        }
    }
}

/// Where a condition looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Right before the hit, in the same part of the sentence.
    Before,
    /// Right after it, in the same sentence.
    After,
    /// Anywhere in its sentence.
    Near,
    /// Anywhere in the message.
    Message,
    /// In the very text that was hit.
    Inside,
}

/// Something that must be there, or must not.
#[derive(Clone, Debug)]
pub struct Condition {
    /// Where.
    pub place: Place,
    /// A pattern, as in [`Rule::patterns`].
    pub pattern: String,
}

/// One rule. Patterns that begin with `re:` are regular expressions over the surface of the text, all others phrases over its words.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Its name, unique.
    pub id: String,
    /// What it is about.
    pub class: Class,
    /// What follows from a hit.
    pub action: Action,
    /// For how many people of a thousand it acts; 0: for nobody, it only counts.
    pub share: u16,
    /// Whether it is also looked for over the last messages of the same author.
    pub conversation: bool,
    /// Any of these is a hit,
    pub patterns: Vec<String>,
    /// unless one of these holds,
    pub unless: Vec<Condition>,
    /// or unless all of these do not hold, if there are any.
    pub only: Vec<Condition>,
    /// No hit inside of quotation marks.
    pub unquoted: bool,
    /// No hit on numbers and sites of [`Lexicon`] that anyone may give.
    pub allow: bool,
    /// The surface must hold so many digits for its expressions to be tried,
    pub digits: usize,
    /// and one of these texts, if there are any.
    pub needs: Vec<String>,
}

/// What all rules share.
#[derive(Clone, Debug, Default)]
pub struct Lexicon {
    /// Words for digits: `five` is `5`; `oh` is `0?`, only after a digit; `double` is `x2`.
    pub numbers: HashMap<String, String>,
    /// Words that stand for others: common slips and short forms that are too short to be forgiven.
    pub aliases: HashMap<String, String>,
    /// Words found also with one letter wrong.
    pub forgiven: Vec<String>,
    /// Words that are left as they are.
    pub known: Vec<String>,
    /// Words at which a new part of a sentence begins.
    pub breaks: HashSet<String>,
    /// Telephone numbers that anyone may give, digits alone.
    pub allowed_numbers: HashSet<String>,
    /// Sites that anyone may link to, as hosts.
    pub allowed_sites: HashSet<String>,
}

/// A rule that cannot be used: which, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleError {
    /// The rule's id.
    pub rule: String,
    /// What is wrong with it, in a sentence.
    pub why: String,
}

impl fmt::Display for RuleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.rule, self.why)
    }
}

impl std::error::Error for RuleError {}
