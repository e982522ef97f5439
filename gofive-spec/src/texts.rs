//! The texts of a document.

use crate::{Api, Example, Operation, Pointer, Response, Schema};

/// Collects texts with their locations; empty ones are missing in the document.
#[derive(Default)]
struct Texts<'a>(Vec<(Pointer, &'a str)>);

impl Api {
    /// Every text that the maintainers write, with its location: titles, summaries, descriptions, sources, oddities, and what
    /// is not known. Titles of the portal and data of the API, such as examples, are omitted.
    pub fn texts(&self) -> Vec<(Pointer, &str)> {
        let mut texts = Texts::default();
        let root = Pointer::root();
        let info = root.join("info");
        texts.add(info.join("title"), &self.info.title);
        texts.add(info.join("description"), &self.info.description);
        for (index, server) in self.servers.iter().enumerate() {
            texts.add(root.join("servers").item(index).join("description"), &server.description);
        }
        for (index, group) in self.groups.iter().enumerate() {
            texts.add(root.join("tags").item(index).join("description"), &group.description);
        }
        for (name, scheme) in &self.security_schemes {
            let pointer = Pointer::from_steps(["components", "securitySchemes", name, "description"]);
            texts.add(pointer, scheme["description"].as_str().unwrap_or_default());
        }
        self.all_operations().for_each(|operation| texts.add_operation(operation));
        self.responses.values().for_each(|response| texts.add_response(response));
        self.all_schemas().for_each(|schema| texts.add_schema(schema));
        texts.0
    }
}

impl<'a> Texts<'a> {
    fn add(&mut self, pointer: Pointer, text: &'a str) {
        if !text.is_empty() {
            self.0.push((pointer, text));
        }
    }

    fn add_list(&mut self, pointer: &Pointer, texts: &'a [String]) {
        for (index, text) in texts.iter().enumerate() {
            self.add(pointer.item(index), text);
        }
    }

    fn add_operation(&mut self, operation: &'a Operation) {
        let at = &operation.pointer;
        self.add(at.join("summary"), &operation.summary);
        self.add(at.join("description"), &operation.description);
        self.add(at.join("x-gofive-source"), operation.source.as_deref().unwrap_or_default());
        self.add_list(&at.join("x-gofive-oddities"), &operation.oddities);
        self.add_list(&at.join("x-gofive-unknown"), &operation.unknown);
        for parameter in &operation.parameters {
            self.add(parameter.pointer.join("description"), &parameter.description);
            self.add_examples(parameter.example.as_slice());
        }
        if let Some(body) = &operation.body {
            self.add(body.pointer.join("description"), &body.description);
            self.add_examples(&body.content.examples);
        }
        operation.all_responses().filter(|response| response.shared.is_none()).for_each(|own| self.add_response(own));
    }

    fn add_response(&mut self, response: &'a Response) {
        self.add(response.pointer.join("description"), &response.description);
        if let Some(content) = &response.content {
            self.add_examples(&content.examples);
        }
    }

    fn add_examples(&mut self, examples: &'a [Example]) {
        for example in examples {
            if let Some((around, _)) = example.pointer.split_last() {
                self.add(around.join("summary"), &example.summary);
            }
        }
    }

    fn add_schema(&mut self, schema: &'a Schema) {
        self.add(schema.pointer.join("title"), &schema.title);
        self.add(schema.pointer.join("description"), &schema.description);
        if let Some(enumeration) = schema.as_enumeration() {
            self.add_list(&schema.pointer.join("x-enum-descriptions"), &enumeration.descriptions);
        }
    }
}
