use super::*;

const KNOWN: KnownNames = KnownNames::sorted(&["code", "data", "items", "productCode", "status"]);

/// The shape of these bodies.
fn shape(bodies: &[&str]) -> Shape<u64> {
    let mut tree = Tree::new(KNOWN);
    for body in bodies {
        tree.add(body, &Outline::of(body).unwrap());
    }
    tree.shape(None)
}

/// The names at a location, without those that are not written.
fn names(shape: &Shape<u64>) -> Vec<&str> {
    shape.properties.keys().map(Name::as_str).collect()
}

fn property<'a>(shape: &'a Shape<u64>, path: &[&str]) -> &'a Shape<u64> {
    path.iter().fold(shape, |shape, name| match *name {
        "*" => shape.items.as_deref().unwrap(),
        name => &shape.properties[&Name::new(name).unwrap()],
    })
}

#[test]
fn each_type_is_counted_at_its_location() {
    let shape = shape(&[
        r#"{"data": {"productCode": "A001", "items": [1, 2.50, -3]}}"#,
        r#"{"data": {"productCode": null, "items": []}}"#,
        r#"{"data": {"productCode": true}}"#,
        r#"{"data": null}"#,
    ]);
    assert_eq!((shape.seen, shape.objects), (4, 4));
    let data = property(&shape, &["data"]);
    assert_eq!((data.seen, data.nulls, data.objects), (4, 1, 3));
    let code = property(data, &["productCode"]);
    assert_eq!((code.seen, code.nulls, code.booleans, code.text_count()), (3, 1, 1, 1));
    assert_eq!(code.texts[&TextFormat::Other][&Size::of(4)], 1);
    let items = property(data, &["items"]);
    assert_eq!((items.list_count(), items.lists[&Size::of(0)], items.lists[&Size::of(3)]), (2, 1, 1));
    let item = property(items, &["*"]);
    assert_eq!((item.seen, item.number_count()), (3, 3));
    assert_eq!(item.numbers[&NumberKind::Fraction][&Size::of(3)], 1);
    assert_eq!(item.decimal_places[&NumberKind::Fraction][&Size::of(2)], 1);
}

#[test]
fn two_hundred_objects_of_a_list_are_looked_at_and_the_others_are_counted() {
    let body = format!("{{\"items\": [{}]}}", vec![r#"{"code": 1}"#; 2000].join(","));
    let shape = shape(&[&body]);
    let items = property(&shape, &["items"]);
    assert_eq!((items.list_count(), items.passed_over), (1, 1800));
    assert_eq!(property(items, &["*"]).objects, 200);
    assert_eq!(property(items, &["*", "code"]).seen, 200);
}

#[test]
fn a_name_that_the_spec_does_not_have_needs_twenty_objects_and_more_than_half_of_them() {
    let of = |with: usize, without: usize| {
        let bodies = [vec![r#"{"code": 1, "unitName": "Box"}"#; with], vec![r#"{"code": 1}"#; without]].concat();
        let shape = shape(&bodies);
        names(&shape).join(" ")
    };
    assert_eq!(of(20, 0), "code unitName");
    assert_eq!(of(19, 0), "code");
    assert_eq!(of(20, 19), "code unitName");
    assert_eq!(of(20, 20), "code");
    assert_eq!(of(1000, 1000), "code");
}

#[test]
fn keys_that_are_values_are_counted_together() {
    // Names of users and identifiers, each in one object.
    let bodies: Vec<_> =
        (0..500).map(|n| format!(r#"{{"user{n}": {{"code": 1}}, "a-{n}": 2, "ผู้ใช้{n}": 3, "code": null}}"#)).collect();
    let shape = shape(&bodies.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(names(&shape), ["code"]);
    let others = shape.other_names.unwrap();
    assert_eq!((others.seen, others.objects, others.number_count()), (1500, 500, 1000));
    assert_eq!(others.properties.keys().map(Name::as_str).collect::<Vec<_>>(), ["code"]);
}

#[test]
fn a_location_with_a_hundred_names_is_a_table() {
    let body = |count: usize| {
        let properties: Vec<_> = (0..count).map(|n| format!("\"x{}{}\": {{\"y\": 1}}", n / 1000, n % 1000)).collect();
        format!("{{{}}}", properties.join(","))
    };
    let of = |count: usize| {
        let body = body(count);
        shape(&vec![body.as_str(); 30])
    };
    assert_eq!(of(99).properties.len(), 99);
    let table = of(100);
    assert_eq!(names(&table), [""; 0]);
    let others = table.other_names.unwrap();
    assert_eq!((others.seen, names(&others).len(), others.properties.values().next().unwrap().seen), (3000, 1, 3000));
}

#[test]
fn a_name_that_was_written_before_stays() {
    let mut tree = Tree::new(KNOWN);
    let body = r#"{"unitName": 1, "other": 2}"#;
    tree.add(body, &Outline::of(body).unwrap());
    let mut before = Shape::<Count>::default();
    before.properties.insert(Name::new("unitName").unwrap(), Shape::default());
    assert_eq!(names(&tree.shape(Some(&before))), ["unitName"]);
}

#[test]
fn a_property_that_occurs_twice_counts_once() {
    let shape = shape(&[r#"{"code": 1, "code": 2, "c\u006fde": 3}"#]);
    assert_eq!((property(&shape, &["code"]).seen, shape.passed_over), (1, 2));
}

#[test]
fn escapes_do_not_hide_a_name_or_a_format() {
    let shape = shape(&[r#"{"c\u006fde": "2023-02-08T16:51:40\u002B0700", "status": "https:\/\/example.com"}"#]);
    assert_eq!(property(&shape, &["code"]).texts[&TextFormat::OffsetDateTime][&Size::of(24)], 1);
    assert!(property(&shape, &["status"]).texts.contains_key(&TextFormat::Url));
}

#[test]
fn a_hostile_body_takes_bounded_memory() {
    let mut tree = Tree::new(KNOWN);
    for round in 0..300 {
        // Objects inside of objects, each with names of its own.
        let mut body = "1".to_owned();
        for depth in 0..50 {
            let names: Vec<_> =
                (0..20).map(|n| format!("\"n{}_{}\": {body}", char::from(b'a' + n), round)).take(1).collect();
            let others: Vec<_> =
                (0..20).map(|n| format!("\"x{depth}{}{}\":[{{}}]", round % 10, char::from(b'a' + n))).collect();
            body = format!("{{{},{}}}", names.join(","), others.join(","));
        }
        tree.add(&body, &Outline::of(&body).unwrap());
    }
    assert!(tree.nodes.len() <= MAX_NODES);
    assert_eq!(tree.shape(None).seen, 300);
}

#[test]
fn the_order_of_properties_does_not_matter() {
    let one = shape(&[r#"{"code": 1, "status": "a", "data": null}"#, r#"{"data": [], "code": 2}"#]);
    let other = shape(&[r#"{"code": 2, "data": []}"#, r#"{"data": null, "status": "a", "code": 1}"#]);
    assert_eq!(one, other);
}
