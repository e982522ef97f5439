# shellcheck shell=bash
# Sourced by scripts that work on a copy of this checkout.

# Copies the files of the current folder's checkout, with their uncommitted edits, to the folder $1.
copy_checkout() {
    git ls-files -z --cached --others --exclude-standard --deduplicate |
        while IFS= read -r -d '' file; do if [[ -e $file ]]; then printf '%s\0' "$file"; fi; done |
        tar --create --null --files-from=- |
        # New times: cargo compares them with those of what it has built.
        tar --extract --touch --directory "$1"
}

# Exports the target folder of the current folder's checkout, so that dependencies are not compiled again for the copy. cargo
# does not distinguish the crates of both checkouts in it: call `forget_copy` at the end.
share_target_folder() {
    mkdir -p "${CARGO_TARGET_DIR:=$PWD/target}"
    CARGO_TARGET_DIR=$(cd "$CARGO_TARGET_DIR" && pwd)
    export CARGO_TARGET_DIR
}

# Deletes from the target folder what was built of the workspace's own crates. Runs in the checkout $1.
forget_copy() {
    (cd "$1" && cargo clean --quiet --workspace)
}
