# shellcheck shell=bash
# Sourced by scripts of a release.

# Prints the version of all crates, from the root manifest of the current folder.
workspace_version() {
    sed -n '/^\[workspace\.package\]/,/^\[/ s/^version *= *"\(.*\)".*/\1/p' Cargo.toml
}
