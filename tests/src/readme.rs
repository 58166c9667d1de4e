//! The fenced blocks of the documents that have commands, for the tests that type
//! them.

/// The README.
pub const README: &str = include_str!("../../README.md");
/// The integrator's page.
const API: &str = include_str!("../../docs/api.md");
/// The operator's page.
pub const OPERATING: &str = include_str!("../../docs/operating.md");
/// The hosts, one by one.
pub const HOSTS: &str = include_str!("../../docs/hosts.md");

/// A fenced block.
pub struct Block {
    pub language: &'static str,
    pub text: &'static str,
}

/// All of a document, in their order.
fn blocks(document: &'static str) -> Vec<Block> {
    let mut fences = document.split("```");
    let mut blocks = Vec::new();
    while let (Some(_), Some(block)) = (fences.next(), fences.next()) {
        let (language, text) = block.split_once('\n').expect("a block has lines");
        blocks.push(Block { language, text });
    }
    blocks
}

/// Those of every document.
pub fn all_blocks() -> impl Iterator<Item = Block> {
    [README, API, OPERATING, HOSTS].into_iter().flat_map(blocks)
}

/// The one that begins like this.
pub fn script(start: &str) -> &'static str {
    let found = all_blocks().find(|block| block.text.starts_with(start));
    let found = found.unwrap_or_else(|| panic!("no document has a block that begins with {start}"));
    found.text
}
