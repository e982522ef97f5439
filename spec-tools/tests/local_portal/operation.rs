//! An operation of the spec as a page of the portal has it: without the spec's extensions, with the portal's habits.

use gofive_spec::{Api, Content, Format, MediaType, Operation, Parameter, Schema, SchemaKind};
use serde_json::{Map, Value, json};

/// The operation below its path and method; the caller adds the title, the folder and the number. `statuses` are those of its
/// file.
pub(super) fn of(api: &Api, operation: &Operation, statuses: &[String]) -> Value {
    let mut page = json!({ "parameters": headers(), "responses": {} });
    let parameters = page["parameters"].as_array_mut().expect("it is a list");
    parameters.extend(operation.parameters.iter().map(|own| parameter(api, own)));
    if let Some(body) = &operation.body {
        let media_type = match body.media_type {
            MediaType::Json => "application/json",
            MediaType::Form => "application/x-www-form-urlencoded",
        };
        page["requestBody"] = json!({ "content": { media_type: media(api, &body.content) } });
    }
    for (status, response) in &operation.responses {
        // The others are the root's, and on no page.
        if !statuses.contains(&status.to_string()) {
            continue;
        }
        let name = if *status < 300 { "Success".to_owned() } else { response.description.clone() };
        let undocumented = || json!({ "schema": { "type": "object", "properties": {}, "x-apidog-orders": [] } });
        let is_own = response.shared.is_none() && response.content.is_some();
        let content = match &response.content {
            Some(content) if is_own => media(api, content),
            _ => undocumented(),
        };
        page["responses"][status.to_string()] = json!({
            "description": "",
            "content": { "application/json": content },
            "headers": {},
            "x-apidog-name": name,
        });
    }
    page["security"] = if operation.needs_token { json!([{ "bearer": [] }]) } else { json!([]) };
    page
}

/// What the pages have among their parameters beside those of the operation.
pub(super) fn headers() -> Value {
    let header = |name: &str, example: &str| json!({ "name": name, "in": "header", "description": "", "required": true, "example": example, "schema": { "type": "string" } });
    json!([header("Content-Type", "application/json"), header("Ocp-Apim-Subscription-Key", "{{key}}")])
}

fn parameter(api: &Api, own: &Parameter) -> Value {
    let mut parameter = json!({
        "name": own.name,
        "in": own.location.name(),
        "description": own.description,
        "required": own.required,
        "schema": schema(api, &own.schema),
    });
    if let Some(example) = own.example.as_ref().filter(|example| example.name == "documented") {
        parameter["example"] = example.value.clone();
    }
    parameter
}

/// A body: its schema, and the examples as the page prints them.
fn media(api: &Api, content: &Content) -> Value {
    let mut media = json!({ "schema": schema(api, &content.schema) });
    let printed = |example: &gofive_spec::Example| example.printed.clone().unwrap_or_else(|| example.value.clone());
    // The others are put together from other sources.
    let of_page: Vec<_> = content.examples.iter().filter(|example| example.name.starts_with("documented")).collect();
    match of_page.as_slice() {
        [] => {}
        [example] => media["example"] = printed(example),
        several => {
            let example = |(index, example): (usize, &&gofive_spec::Example)| {
                ((index + 1).to_string(), json!({ "summary": example.summary, "value": printed(example) }))
            };
            media["examples"] = Value::Object(several.iter().enumerate().map(example).collect());
        }
    }
    media
}

/// A schema without references: every model is written where it is used.
fn schema(api: &Api, own: &Schema) -> Value {
    let resolved = api.resolve(own);
    let mut written = match &resolved.kind {
        SchemaKind::Object(object) => {
            let mut orders: Vec<_> = object.properties().iter().map(|property| property.name.as_str()).collect();
            let mut properties: Vec<_> = object.properties().iter().collect();
            // Their order in the document means nothing.
            properties.sort_by_key(|property| &property.name);
            let properties =
                properties.into_iter().map(|property| (property.name.clone(), schema(api, &property.schema)));
            let mut written = json!({ "type": "object", "properties": properties.collect::<Map<_, _>>() });
            if !object.required.is_empty() {
                written["required"] = json!(object.required);
            }
            if object.is_open {
                written["additionalProperties"] = json!(true);
            }
            orders.dedup();
            written["x-apidog-orders"] = json!(orders);
            written["x-apidog-ignore-properties"] = json!([]);
            written
        }
        SchemaKind::Array(array) => {
            let items = array.items.as_deref().map_or_else(|| json!({}), |items| schema(api, items));
            json!({ "type": "array", "items": items })
        }
        SchemaKind::Enumeration(enumeration) => {
            let label = |entry: gofive_spec::EnumValue<'_>| json!({ "value": entry.value, "name": "", "description": entry.description });
            let labels: Vec<_> = enumeration.entries().map(label).collect();
            let json_type = if enumeration.is_integer { "integer" } else { "string" };
            json!({ "type": json_type, "enum": enumeration.values, "x-apidog-enum": labels })
        }
        SchemaKind::AllOf(all) => all.schemas.first().map_or_else(|| json!({}), |first| schema(api, first)),
        SchemaKind::AnyOf(any) => {
            json!({ "anyOf": any.schemas.iter().map(|one| schema(api, one)).collect::<Vec<_>>() })
        }
        SchemaKind::String(string) => {
            let mut written = json!({ "type": "string" });
            // The portal has only the formats of OpenAPI.
            match string.format {
                None | Some(Format::Decimal) => {}
                Some(format @ (Format::Date | Format::Password)) => written["format"] = json!(format.name()),
                Some(_) => written["format"] = json!("date-time"),
            }
            for (name, limit) in [("minLength", string.min_length), ("maxLength", string.max_length)] {
                if let Some(limit) = limit {
                    written[name] = json!(limit);
                }
            }
            written
        }
        SchemaKind::Integer(range) | SchemaKind::Number(range) => {
            let is_integer = matches!(resolved.kind, SchemaKind::Integer(_));
            let mut written = json!({ "type": if is_integer { "integer" } else { "number" } });
            for (name, limit) in [("minimum", &range.minimum), ("maximum", &range.maximum)] {
                if let Some(limit) = limit {
                    written[name] = json!(limit);
                }
            }
            written
        }
        SchemaKind::Boolean => json!({ "type": "boolean" }),
        SchemaKind::Any => json!({}),
        SchemaKind::Ref(_) => unreachable!("the reference of a checked spec leads to a schema"),
    };
    let description = api.description(own);
    if !description.is_empty() {
        written["description"] = json!(description);
    }
    if let Some(example) = own.example.as_ref().or(resolved.example.as_ref()) {
        written["examples"] = json!([example]);
    }
    if own.nullable && written["type"].is_string() {
        written["type"] = json!([written["type"], "null"]);
    }
    written
}
