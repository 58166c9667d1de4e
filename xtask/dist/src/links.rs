//! Links of the documents. A release has less than the repository, so that a link to what
//! it lacks becomes plain text.

/// The document at `path` without the links to files that are not there.
pub fn kept(document: &str, path: &str, is_there: impl Fn(&str) -> bool) -> String {
    let mut text = String::new();
    let mut rest = document;
    while let Some((before, target, after)) = next(rest) {
        let is_dead = local(path, target).is_some_and(|it| !is_there(&it));
        text += &match before.rsplit_once('[') {
            Some((lead, label)) if is_dead => [lead, label].concat(),
            _ => format!("{before}]({target})"),
        };
        rest = after;
    }
    text + rest
}

/// The paths that the links of a document lead to.
pub fn targets(document: &str, path: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = document;
    while let Some((_, target, after)) = next(rest) {
        found.extend(local(path, target));
        rest = after;
    }
    found
}

/// The next link: what is before its target, the target, and what follows.
fn next(text: &str) -> Option<(&str, &str, &str)> {
    let (before, after) = text.split_once("](")?;
    let (target, after) = after.split_once(')')?;
    Some((before, target, after))
}

/// The path in the release that a link of this document means, if it means one.
fn local(document: &str, target: &str) -> Option<String> {
    let target = target.split('#').next()?;
    if target.is_empty() || target.contains(':') {
        return None;
    }
    let mut path: Vec<&str> = document.split('/').collect();
    path.pop();
    for part in target.trim_end_matches('/').split('/') {
        match part {
            ".." => drop(path.pop()),
            "." => {}
            name => path.push(name),
        }
    }
    Some(path.join("/"))
}
