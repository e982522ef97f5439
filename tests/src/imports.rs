//! The imports of a crate, read from its source: which file takes which names from which other file.
//!
//! A name counts as taken from the file that defines it: re-exports are followed. So a file that only declares and
//! re-exports its child modules takes nothing from them. Code for tests and comments do not count.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::ToTokens as _;
use syn::{Attribute, Item, UseTree, Visibility};

/// The source of a crate by file, relative to its `src`.
pub type Files = BTreeMap<String, String>;

/// The names that one file takes from another, by both files.
pub type Imports = BTreeMap<(String, String), BTreeSet<String>>;

/// Reads all source files of a folder.
pub fn files(src: &Path) -> Files {
    fn add(folder: &Path, prefix: &str, files: &mut Files) {
        for entry in std::fs::read_dir(folder).expect("it is a folder") {
            let path = entry.expect("the folder can be read").path();
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if path.is_dir() {
                add(&path, &format!("{prefix}{name}/"), files);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.insert(format!("{prefix}{name}"), std::fs::read_to_string(path).expect("it is a text"));
            }
        }
    }

    let mut files = Files::new();
    add(src, "", &mut files);
    files
}

/// Reads the imports between the files that belong to the crate with this root, such as `lib.rs`.
pub fn imports(files: &Files, root: &str) -> Imports {
    let mut tree = Tree { files, modules: Vec::new() };
    tree.add_file(root, "", None, "crate");
    let mut imports = Imports::new();
    for from in 0..tree.modules.len() {
        for (path, is_export) in &tree.modules[from].imports {
            tree.note(from, path, *is_export, &mut imports);
        }
        for path in &tree.modules[from].paths {
            tree.note(from, path, false, &mut imports);
        }
    }
    imports
}

/// The sets of files that take names from each other, directly or through others.
pub fn cycles(imports: &Imports) -> Vec<BTreeSet<&str>> {
    let reached: BTreeMap<_, _> =
        imports.keys().map(|(from, _)| (from.as_str(), reached_from(from, imports))).collect();
    let mut cycles: Vec<BTreeSet<&str>> = Vec::new();
    for (file, others) in &reached {
        if others.contains(file) && !cycles.iter().any(|cycle| cycle.contains(file)) {
            let returns = |other: &&&str| reached.get(**other).is_some_and(|back| back.contains(file));
            cycles.push(others.iter().filter(returns).copied().collect());
        }
    }
    cycles
}

/// The files that a file takes names from, directly or through others.
fn reached_from<'a>(start: &'a str, imports: &'a Imports) -> BTreeSet<&'a str> {
    let (mut reached, mut left) = (BTreeSet::new(), vec![start]);
    while let Some(file) = left.pop() {
        let next = imports.keys().filter(|(from, _)| from == file).map(|(_, to)| to.as_str());
        left.extend(next.filter(|to| reached.insert(*to)));
    }
    reached
}

/// Prints the files of each cycle and what they take from each other.
pub fn describe(cycles: &[BTreeSet<&str>], imports: &Imports) -> String {
    let mut text = String::new();
    for cycle in cycles {
        let _ = writeln!(text, "{} files import each other:", cycle.len());
        let within = imports.iter().filter(|((from, to), _)| cycle.contains(&**from) && cycle.contains(&**to));
        for ((from, to), names) in within {
            let names: Vec<_> = names.iter().map(String::as_str).collect();
            let _ = writeln!(text, "  {from} -> {to}: {}", names.join(", "));
        }
    }
    text
}

type PathNames = Vec<String>;

struct Tree<'a> {
    files: &'a Files,
    modules: Vec<Module>,
}

struct Module {
    name: String,
    file: String,
    parent: Option<usize>,
    /// What a name may be: an item and a module can have the same.
    names: BTreeMap<String, Vec<Name>>,
    globs: Vec<PathNames>,
    /// The paths of `use`, and whether others may use the name from here.
    imports: Vec<(PathNames, bool)>,
    /// The other paths.
    paths: Vec<PathNames>,
}

enum Name {
    Item,
    Module(usize),
    Import(PathNames),
}

#[derive(Clone)]
enum Target {
    Module(usize),
    Item(usize, String),
}

impl Tree<'_> {
    fn add_file(&mut self, file: &str, folder: &str, parent: Option<usize>, name: &str) -> usize {
        let parsed = syn::parse_file(&self.files[file]).unwrap_or_else(|error| panic!("{file}: {error}"));
        self.add(parsed.items, file, folder, parent, name)
    }

    /// Adds a module whose child modules are in this folder.
    fn add(&mut self, items: Vec<Item>, file: &str, folder: &str, parent: Option<usize>, name: &str) -> usize {
        let this = self.modules.len();
        let (name, file) = (name.to_owned(), file.to_owned());
        self.modules.push(Module {
            name,
            file: file.clone(),
            parent,
            names: BTreeMap::new(),
            globs: Vec::new(),
            imports: Vec::new(),
            paths: Vec::new(),
        });
        for item in items {
            if attributes(&item).iter().any(is_for_tests) {
                continue;
            }
            match item {
                Item::Mod(module) => {
                    let (name, folder) = (module.ident.to_string(), format!("{folder}{}/", module.ident));
                    let child = if let Some((_, items)) = module.content {
                        self.add(items, &file, &folder, Some(this), &name)
                    } else {
                        let candidates = [format!("{}.rs", folder.trim_end_matches('/')), format!("{folder}mod.rs")];
                        let found = candidates.iter().find(|candidate| self.files.contains_key(*candidate));
                        let found = found.unwrap_or_else(|| panic!("{file} declares `{name}`, which has no file"));
                        self.add_file(found, &folder, Some(this), &name)
                    };
                    self.define(this, name, Name::Module(child));
                }
                Item::Use(item) if item.leading_colon.is_none() => {
                    let is_export = !matches!(item.vis, Visibility::Inherited);
                    self.import(this, &item.tree, &mut Vec::new(), is_export);
                }
                Item::Use(_) => {}
                item => {
                    let name = name_of(&item);
                    let mut paths = Vec::new();
                    collect_paths(item.to_token_stream(), &[], &mut paths);
                    if matches!(&item, Item::Macro(item) if item.ident.is_some()) {
                        // The other paths mean something else in each file that calls the macro.
                        paths.retain(|path| path.first().is_some_and(|first| first == "crate"));
                    }
                    self.modules[this].paths.extend(paths);
                    if let Some(name) = name {
                        self.define(this, name, Name::Item);
                    }
                }
            }
        }
        this
    }

    fn define(&mut self, module: usize, name: String, meaning: Name) {
        self.modules[module].names.entry(name).or_default().push(meaning);
    }

    fn import(&mut self, module: usize, tree: &UseTree, path: &mut PathNames, is_export: bool) {
        let (used, name) = match tree {
            UseTree::Path(tree) => {
                path.push(tree.ident.to_string());
                self.import(module, &tree.tree, path, is_export);
                path.pop();
                return;
            }
            UseTree::Group(group) => {
                group.items.iter().for_each(|tree| self.import(module, tree, path, is_export));
                return;
            }
            UseTree::Glob(_) => {
                self.modules[module].globs.push(path.clone());
                self.modules[module].imports.push((path.clone(), is_export));
                return;
            }
            UseTree::Name(tree) => (tree.ident.to_string(), tree.ident.to_string()),
            UseTree::Rename(tree) => (tree.ident.to_string(), tree.rename.to_string()),
        };
        let mut whole = path.clone();
        let name = if used == "self" && name == used { whole.last().cloned().unwrap_or_default() } else { name };
        if used != "self" || whole.is_empty() {
            whole.push(used);
        }
        self.modules[module].imports.push((whole.clone(), is_export));
        self.define(module, name, Name::Import(whole));
    }

    /// Notes what a path takes from another file. A module that only re-exports its descendants does not take them.
    fn note(&self, from: usize, path: &[String], is_export: bool, imports: &mut Imports) {
        let Some(target) = self.resolve(from, path, 16) else { return };
        let (module, name) = match target {
            Target::Module(module) => (module, self.modules[module].name.clone()),
            Target::Item(module, name) => (module, name),
        };
        let mut ancestors = std::iter::successors(Some(module), |module| self.modules[*module].parent);
        let (from_file, to_file) = (&self.modules[from].file, &self.modules[module].file);
        if from_file != to_file && !(is_export && ancestors.any(|ancestor| ancestor == from)) {
            imports.entry((from_file.clone(), to_file.clone())).or_default().insert(name);
        }
    }

    fn resolve(&self, from: usize, path: &[String], depth: usize) -> Option<Target> {
        let mut target = Target::Module(from);
        for (index, segment) in path.iter().enumerate() {
            // What follows an item is a variant or an associated item.
            let Target::Module(module) = target else { break };
            let is_last = index + 1 == path.len();
            target = match segment.as_str() {
                "crate" => Target::Module(0),
                "self" => Target::Module(module),
                "super" => Target::Module(self.modules[module].parent?),
                name => match self.named(module, name, is_last, depth.checked_sub(1)?) {
                    Some(found) => found,
                    None if index == 0 => return None,
                    None => Target::Item(module, name.to_owned()),
                },
            };
        }
        Some(target)
    }

    fn named(&self, module: usize, name: &str, is_last: bool, depth: usize) -> Option<Target> {
        let Module { names, globs, .. } = &self.modules[module];
        let meanings = names.get(name).into_iter().flatten().filter_map(|meaning| match meaning {
            Name::Item => Some(Target::Item(module, name.to_owned())),
            Name::Module(child) => Some(Target::Module(*child)),
            Name::Import(path) => self.resolve(module, path, depth),
        });
        let meanings: Vec<_> = meanings.collect();
        let wanted = meanings.iter().find(|target| matches!(target, Target::Item(..)) == is_last);
        wanted.or(meanings.first()).cloned().or_else(|| {
            globs.iter().find_map(|glob| match self.resolve(module, glob, depth)? {
                Target::Module(other) if other != module => self.named(other, name, is_last, depth.checked_sub(1)?),
                _ => None,
            })
        })
    }
}

/// The paths in code, also in the bodies and calls of macros. Of single names, those of types, functions and macros.
fn collect_paths(tokens: TokenStream, prefix: &[String], paths: &mut Vec<PathNames>) {
    let tokens: Vec<_> = tokens.into_iter().collect();
    let is = |at: Option<usize>, mark: char| {
        at.and_then(|at| tokens.get(at))
            .is_some_and(|token| matches!(token, TokenTree::Punct(c) if c.as_char() == mark))
    };
    let is_separator = |at: usize| is(Some(at), ':') && is(Some(at + 1), ':');
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        let start = at;
        at += 1;
        let first = match token {
            TokenTree::Group(group) => {
                if is(start.checked_sub(1), '#') && group.stream().to_string() == "cfg (test)" {
                    let is_end = |token: &TokenTree| match token {
                        TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
                        token => token.to_string() == ";",
                    };
                    at = tokens[at..].iter().position(is_end).map_or(tokens.len(), |end| at + end + 1);
                } else {
                    collect_paths(group.stream(), &[], paths);
                }
                continue;
            }
            TokenTree::Ident(first) => first.to_string(),
            _ => continue,
        };
        let before = |back: usize, mark: char| is(start.checked_sub(back), mark);
        let is_method = before(1, '.') && !before(2, '.');
        if first == "as" && !prefix.is_empty() {
            at += 1;
            continue;
        }
        if is_method || before(1, ':') && before(2, ':') || before(1, '\'') || before(1, '$') && first != "crate" {
            continue;
        }
        let mut path = prefix.to_vec();
        if first != "self" || prefix.is_empty() {
            path.push(first);
        }
        while is_separator(at) {
            match tokens.get(at + 2) {
                Some(TokenTree::Ident(next)) => path.push(next.to_string()),
                Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => {
                    collect_paths(group.stream(), &path, paths);
                    path.clear();
                }
                _ => break,
            }
            at += 3;
        }
        let is_call = is(Some(at), '!')
            || matches!(tokens.get(at), Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis);
        if path.first().is_some_and(|name| path.len() > 1 || is_call || name.starts_with(char::is_uppercase)) {
            paths.push(path);
        }
    }
}

fn is_for_tests(attribute: &Attribute) -> bool {
    attribute.path().is_ident("cfg") && attribute.meta.to_token_stream().to_string() == "cfg (test)"
}

fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

fn name_of(item: &Item) -> Option<String> {
    let name = match item {
        Item::Const(item) => &item.ident,
        Item::Enum(item) => &item.ident,
        Item::Fn(item) => &item.sig.ident,
        Item::Macro(item) => item.ident.as_ref()?,
        Item::Static(item) => &item.ident,
        Item::Struct(item) => &item.ident,
        Item::Trait(item) => &item.ident,
        Item::Type(item) => &item.ident,
        _ => return None,
    };
    Some(name.to_string())
}
