//! What the URL of a database says.
