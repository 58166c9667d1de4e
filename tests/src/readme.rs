//! The README's fenced blocks, for the tests that type its commands.

/// The README.
pub const README: &str = include_str!("../../README.md");

/// A fenced block.
pub struct Block {
    pub language: &'static str,
    pub text: &'static str,
}

/// All of them, in their order.
pub fn blocks() -> Vec<Block> {
    let mut fences = README.split("```");
    let mut blocks = Vec::new();
    while let (Some(_), Some(block)) = (fences.next(), fences.next()) {
        let (language, text) = block.split_once('\n').expect("a block has lines");
        blocks.push(Block { language, text });
    }
    blocks
}

/// The one that begins like this.
pub fn script(start: &str) -> &'static str {
    let blocks = blocks();
    let mut texts = blocks.iter().map(|block| block.text);
    let found = texts.find(|text| text.starts_with(start));
    found.unwrap_or_else(|| panic!("the README has no block that begins with {start}"))
}
