//! Reads from a standby.
