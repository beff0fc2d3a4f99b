//! Several databases in one server.
