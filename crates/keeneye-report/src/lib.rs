//! Words: text, JSON, HTML, and the sanitiser. Decides nothing, only says.

mod concise;
mod fold;
mod html;
mod json;
mod layout;
pub mod nagios;
mod report;
pub mod sanitise;
mod sheet;
mod table;
mod text;
pub mod words;

pub use concise::concise;
pub use html::{html, sheet_html};
pub use json::{json, jsonl};
pub use layout::Layout;
pub use report::{Accepted, Build, Compared, Count, Next, Report, Verdict};
pub use sheet::{Row, Section, Sheet};
pub use table::{Cell, Table};
pub use text::text;
