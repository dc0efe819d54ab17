//! Words: text, JSON, HTML, and the sanitiser.
