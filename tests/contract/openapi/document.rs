//! The OpenAPI document, and as much of JSON Schema as it uses.
//!
//! A word of a schema that is not understood here is a failure, so that nothing
//! in the document goes unchecked because it is new.

use std::sync::LazyLock;

use roxmltree::Node as Element;
use saphyr::{LoadableYamlNode as _, Scalar, Yaml};

use dids_tests::manifest::{in_repository, read};

static DOCUMENT: LazyLock<Yaml<'static>> = LazyLock::new(|| {
    let text = read(&in_repository("docs/openapi.yaml")).leak();
    let mut documents = Yaml::load_from_str(text).expect("it is YAML");
    documents.remove(0)
});

/// A place in the document.
#[derive(Clone, Copy, Debug)]
pub struct Node(&'static Yaml<'static>);

/// The whole document.
pub fn document() -> Node {
    Node(&DOCUMENT)
}

impl Node {
    /// What stands under a key, here or where a `$ref` leads.
    pub fn get(self, key: &str) -> Option<Node> {
        let own = self.0.as_mapping_get(key).map(Node);
        own.or_else(|| self.target()?.get(key))
    }

    fn target(self) -> Option<Node> {
        let reference = self.0.as_mapping_get("$ref")?.as_str()?;
        let path = reference.strip_prefix("#/").expect("within the document");
        let path = path.split('/').collect::<Vec<_>>();
        Some(document().at(&path))
    }

    /// What stands under these keys, one within the other.
    pub fn at(self, path: &[&str]) -> Node {
        path.iter().fold(self, |node, key| {
            let below = node.get(key);
            below.unwrap_or_else(|| panic!("no {key} of {path:?}"))
        })
    }

    /// Keys and what stands under them, in their order.
    pub fn entries(self) -> Vec<(&'static str, Node)> {
        let own = self.0.as_mapping().expect("a mapping").iter();
        let own = own.map(|(key, value)| (key.as_str().expect("a name"), Node(value)));
        let own = own.filter(|(key, _)| *key != "$ref");
        own.chain(self.target().into_iter().flat_map(Node::entries))
            .collect()
    }

    pub fn keys(self) -> Vec<&'static str> {
        self.entries().into_iter().map(|(key, _)| key).collect()
    }

    /// The members of a list.
    pub fn items(self) -> Vec<Node> {
        let items = self.0.as_sequence().expect("a list").iter();
        items.map(Node).collect()
    }

    /// A text, or a number or truth value as it is written in XML.
    pub fn text(self) -> String {
        match self.0 {
            Yaml::Value(Scalar::String(text)) => text.to_string(),
            Yaml::Value(Scalar::Integer(number)) => number.to_string(),
            Yaml::Value(Scalar::Boolean(truth)) => truth.to_string(),
            other => panic!("no text: {other:?}"),
        }
    }

    pub fn texts(self) -> Vec<String> {
        self.items().into_iter().map(Node::text).collect()
    }

    fn number(self) -> i64 {
        self.0.as_integer().expect("a number")
    }

    /// The texts that a schema of texts allows, `const` or `enum`; of a pattern, its
    /// examples.
    pub fn choices(self) -> Vec<String> {
        if let Some(choices) = self.get("anyOf") {
            return choices
                .items()
                .into_iter()
                .flat_map(Node::choices)
                .collect();
        }
        if self.get("pattern").is_some() {
            return self.at(&["examples"]).texts();
        }
        match (self.get("const"), self.get("enum")) {
            (Some(only), None) => vec![only.text()],
            (None, Some(list)) => list.texts(),
            _ => panic!("neither const nor enum: {self:?}"),
        }
    }

    /// Whether a text is a value of this schema.
    pub fn allows(self, text: &str) -> bool {
        let length = || i64::try_from(text.chars().count()).unwrap();
        self.entries().into_iter().all(|(word, value)| match word {
            "description" | "examples" | "x-roles" => true,
            "pattern" => {
                let pattern = value.text();
                let start = pattern.strip_prefix('^').expect("what a text begins with");
                assert!(start.chars().all(|it| it.is_alphanumeric() || it == ' '));
                text.starts_with(start)
            }
            "const" | "enum" => self.choices().iter().any(|choice| choice == text),
            "anyOf" => value.items().iter().any(|schema| schema.allows(text)),
            "minLength" => length() >= value.number(),
            "maxLength" => length() <= value.number(),
            "minimum" => text.parse().is_ok_and(|it: i64| it >= value.number()),
            "format" => {
                assert_eq!(value.text(), "date-time");
                let shape = |at: char| if at.is_ascii_digit() { '0' } else { at };
                text.chars().map(shape).collect::<String>() == "0000-00-00T00:00:00Z"
            }
            "type" => match value.text().as_str() {
                "string" => true,
                "integer" => text.parse::<i64>().is_ok(),
                "boolean" => ["true", "false"].contains(&text),
                other => panic!("a text is no {other}"),
            },
            other => panic!("a schema says {other}: teach it to this test"),
        })
    }

    /// An element must be a value of this schema, by OpenAPI's rules for XML.
    pub fn describes(self, element: Element<'_, '_>) {
        let about = element.tag_name().name();
        assert_eq!(element.attributes().count(), 0, "{about}");
        let children: Vec<_> = element.children().filter(Element::is_element).collect();
        match self.get("type").map(Node::text).as_deref() {
            Some("object") => {
                let names = children.iter().map(|child| child.tag_name().name());
                self.allows_members(&names.collect::<Vec<_>>());
                for child in children {
                    self.at(&["properties", child.tag_name().name()])
                        .describes(child);
                }
            }
            Some("array") => {
                let item = self.at(&["items"]);
                let least = usize::try_from(self.at(&["minItems"]).number()).unwrap();
                assert!(children.len() >= least, "{about}");
                for child in children {
                    let name = item.at(&["xml", "name"]).text();
                    assert_eq!(child.tag_name().name(), name, "{about}");
                    item.describes(child);
                }
            }
            _ => {
                assert!(children.is_empty(), "{about}");
                let text = element.text().unwrap_or_default();
                assert!(self.allows(text), "{about}: {text:?}");
            }
        }
    }

    /// A value of JSON must be one of this schema.
    pub fn describes_json(self, value: &serde_json::Value) {
        use serde_json::Value;
        let kind = self.get("type").map(Node::text);
        match (kind.as_deref(), value) {
            (Some("object"), Value::Object(members)) => {
                // The reader sorts them; the order is a matter of the bytes.
                for required in self.get("required").map_or_else(Vec::new, Node::texts) {
                    assert!(members.contains_key(&required), "{required}: {members:?}");
                }
                for (name, member) in members {
                    self.at(&["properties", name]).describes_json(member);
                }
            }
            (Some("array"), Value::Array(items)) => {
                let item = self.at(&["items"]);
                items.iter().for_each(|value| item.describes_json(value));
            }
            (Some("integer"), Value::Number(number)) => assert!(self.allows(&number.to_string())),
            (Some("boolean"), Value::Bool(_)) => {}
            (Some("string") | None, Value::String(text)) => assert!(self.allows(text), "{text:?}"),
            _ => panic!("{value} is no {kind:?}"),
        }
    }

    /// The names of an object's members: known, in their order, complete.
    fn allows_members(self, names: &[&str]) {
        let known = self.at(&["properties"]).keys();
        let place = |name: &&str| known.iter().position(|known| known == name);
        let places: Vec<_> = names.iter().map(place).collect();
        assert!(places.iter().all(Option::is_some), "unknown in {names:?}");
        assert!(places.is_sorted_by(|one, next| one < next), "{names:?}");
        for required in self.get("required").map_or_else(Vec::new, Node::texts) {
            assert!(names.contains(&required.as_str()), "{required}: {names:?}");
        }
        let count = i64::try_from(names.len()).unwrap();
        let within = |word, holds: fn(i64, i64) -> bool| {
            let bound = self.get(word).map(Node::number);
            assert!(bound.is_none_or(|bound| holds(count, bound)), "{names:?}");
        };
        within("minProperties", |count, least| count >= least);
        within("maxProperties", |count, most| count <= most);
    }
}
