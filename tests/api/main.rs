//! The REST API, file by file as its URLs stand.

mod seed;
