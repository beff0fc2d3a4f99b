//! Labels whose layout is typed JSON.

use std::collections::BTreeMap;

use orm::prelude::*;

orm::catalogue! { Users, Company, Label, LabelStamp, Print, Sign, Plate }

/// User
#[model("x.users", role = user)]
pub(crate) struct Users {
    /// Name
    pub name: String,
    /// Company
    pub company_id: Option<Many2one<Company>>,
}

/// Company
#[model("x.company", role = company)]
pub(crate) struct Company {
    /// Name
    pub name: String,
    /// Usual Layout
    pub layout: Option<Json<Layout>>,
}

/// How a label is printed
#[json]
#[derive(Default)]
pub(crate) struct Layout {
    /// Width in millimetres
    pub width: i32,
    /// From the top down
    pub lines: Vec<Line>,
    /// Where it is printed
    #[serde(default)]
    pub medium: Medium,
    /// By language
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub captions: BTreeMap<String, String>,
    pub price: Option<Decimal>,
    pub since: Option<Date>,
}

/// A line of a label
#[json]
pub(crate) struct Line {
    pub text: String,
    /// How much larger than usual
    pub scale: Option<f64>,
}

/// What a label is printed on
#[json]
#[derive(Default)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Medium {
    /// Paper
    #[default]
    Paper,
    /// A film of some thickness
    Film {
        /// In micrometres
        thickness: u8,
    },
}

/// How much a label needs
#[json]
#[derive(Default)]
pub(crate) struct Need {
    pub area: i64,
    pub share: f64,
}

pub(crate) mod shared {
    use orm::prelude::*;

    #[mixin]
    mod framed {
        /// What has a frame.
        pub(crate) struct Framed {
            /// Frame
            pub frame: Option<Json<Frame>>,
        }
    }
}

/// The frame of a label
#[json]
pub(crate) struct Frame {
    pub thick: bool,
}

/// What is wrong with a label
#[json]
pub(crate) struct Problem {
    pub text: String,
    #[serde(default)]
    pub causes: Vec<Problem>,
}

/// Label
#[model("x.label", with(shared::Framed))]
#[api]
#[unique(name)]
pub(crate) struct Label {
    /// Name
    pub name: String,
    /// Layout
    #[field(default = user.company_id.layout)]
    pub layout: Json<Layout>,
    /// On the Back
    pub back: Option<Json<Layout>>,
    /// Spare Medium
    #[field(default = method(spare))]
    pub spare: Option<Json<Medium>>,
    /// Need
    #[field(compute, store, depends(layout))]
    pub need: Json<Need>,
    /// First Line
    #[field(compute, depends(layout))]
    pub first: Option<Json<Line>>,
    /// Problem
    pub problem: Option<Json<Problem>>,
    /// Anything
    pub anything: Option<Json>,
    /// Prints
    #[field(inverse = label_id)]
    pub print_ids: One2many<Print>,
}

#[methods]
impl Label {
    fn spare(_: &mut Env<'_>) -> Result<Medium> {
        Ok(Medium::Film { thickness: 20 })
    }

    fn need(&self) -> Need {
        let width = self.layout.width;
        Need {
            area: i64::from(width) * self.layout.lines.len() as i64,
            share: if width == 666 { f64::NAN } else { 0.5 },
        }
    }

    fn first(&self) -> Option<Line> {
        self.layout.lines.first().cloned()
    }
}

/// What stamps add to labels.
#[extend(Label)]
pub(crate) struct LabelStamp {
    /// Stamp
    pub stamp: Option<Json<Frame>>,
}

/// Print
#[model("x.print")]
#[api]
pub(crate) struct Print {
    /// Label
    pub label_id: Many2one<Label>,
    /// Layout
    #[field(related = label_id.layout, writable)]
    pub layout: Json<Layout>,
    /// Kept Layout
    #[field(related = label_id.back, store)]
    pub back: Option<Json<Layout>>,
}

/// Sign, with methods and computed values over its layout
#[model("x.sign")]
pub(crate) struct Sign {
    /// Layout
    pub layout: Json<Layout>,
    /// Width
    #[field(compute, store, depends(layout))]
    pub width: i32,
    /// Twice the width, unless somebody has written it
    #[field(compute, store, writable, depends(layout))]
    pub twice: i32,
    /// Whatever it holds, a new layout computes it again
    #[field(compute, store, writable, depends(layout), resets(layout))]
    pub half: i32,
    /// Lines
    #[field(compute, depends(layout))]
    pub lines: i32,
}

#[methods]
impl Sign {
    fn width(&self) -> i32 {
        self.layout.width
    }

    fn twice(&self) -> i32 {
        self.layout.width * 2
    }

    fn half(&self) -> i32 {
        self.layout.width / 2
    }

    fn lines(&self) -> i32 {
        i32::try_from(self.layout.lines.len()).unwrap_or(i32::MAX)
    }

    #[before(write)]
    fn is_wide(records: &[Self], _: &mut Draft<Self>, _: &mut Env<'_>) -> Result<()> {
        match records.iter().all(|sign| sign.layout.width > 0) {
            true => Ok(()),
            false => Err(Error::refused("a sign has a width")),
        }
    }
}

/// Plate of a sign
#[model("x.plate")]
pub(crate) struct Plate {
    /// Sign
    pub sign_id: Many2one<Sign>,
    /// Its width, unless somebody has written it
    #[field(compute, store, writable, depends(sign_id.layout))]
    pub width: i32,
}

#[methods]
impl Plate {
    fn width(&self) -> i32 {
        self.sign_id.layout.width
    }
}

/// What does not fit together.
pub(crate) mod wrong {
    use orm::prelude::*;

    orm::catalogue! { super::Users, super::Company, Other, Another }

    mod elsewhere {
        use orm::prelude::*;

        /// A line of another kind
        #[json]
        pub(crate) struct Line {
            pub length: i32,
        }
    }

    /// Other
    #[model("x.other")]
    pub(crate) struct Other {
        /// Line
        pub line: Option<Json<super::Line>>,
        /// Another
        pub another_id: Option<Many2one<Another>>,
        /// Of another type
        #[field(related = another_id.line)]
        pub related: Option<Json<super::Line>>,
        /// Of no type
        #[field(related = another_id.line)]
        pub any: Option<Json>,
    }

    /// Another
    #[model("x.another")]
    pub(crate) struct Another {
        /// Line
        pub line: Option<Json<elsewhere::Line>>,
    }
}
