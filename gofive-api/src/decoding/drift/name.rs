//! Which unknown names of properties are printed.

/// How many unknown names of an object are printed. An object with more of them uses values as names.
pub(super) const MAX_NAMES: usize = 20;

/// What is printed in place of a name that may be a value, and for the items of a list.
pub(super) const ANY: &str = "*";

/// The name, unless it may be a value: a text, a number, a code, a UUID.
pub(super) fn printed(name: &str) -> &str {
    const MAX_LENGTH: usize = 40;
    const MAX_DIGITS: usize = 4;
    let is_identifier = name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let digits = name.bytes().filter(u8::is_ascii_digit).count();
    if is_identifier && name.len() <= MAX_LENGTH && digits <= MAX_DIGITS { name } else { ANY }
}
