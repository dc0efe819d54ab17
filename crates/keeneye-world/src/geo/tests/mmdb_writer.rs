//! Writes a database in MaxMind's format, as its specification 2.0 says: a search tree with records of 24 bits, 16 zero
//! bytes, the data, a marker, the metadata.

use std::net::IpAddr;

/// What a database holds.
pub(super) enum Value {
    Text(&'static str),
    Number(u32),
    Short(u16),
    Long(u64),
    Double(f64),
    Bool(bool),
    Map(Vec<(&'static str, Value)>),
    List(Vec<Value>),
}

/// A file for networks and their records. IPv4 lies at `::/96`.
pub(super) fn database(networks: &[(&str, Value)]) -> Vec<u8> {
    let mut nodes: Vec<[Option<Next>; 2]> = vec![[None, None]];
    let mut data = Vec::new();
    for (network, value) in networks {
        let (address, bits) = network.split_once('/').unwrap();
        let bits: usize = bits.parse().unwrap();
        let (address, bits) = match address.parse().unwrap() {
            IpAddr::V4(v4) => (u128::from(u32::from(v4)), bits + 96),
            IpAddr::V6(v6) => (u128::from(v6), bits),
        };
        let mut node = 0;
        for depth in 0..bits {
            let side = usize::from(address >> (127 - depth) & 1 == 1);
            if depth + 1 == bits {
                nodes[node][side] = Some(Next::Data(data.len()));
            } else {
                node = match nodes[node][side] {
                    Some(Next::Node(next)) => next,
                    _ => {
                        nodes.push([None, None]);
                        let next = nodes.len() - 1;
                        nodes[node][side] = Some(Next::Node(next));
                        next
                    }
                };
            }
        }
        put(&mut data, value);
    }
    let mut file = Vec::new();
    for next in nodes.iter().flatten() {
        let record = match next {
            None => nodes.len(),
            Some(Next::Node(node)) => *node,
            Some(Next::Data(offset)) => nodes.len() + 16 + offset,
        };
        file.extend(&u32::try_from(record).unwrap().to_be_bytes()[1..]);
    }
    file.extend([0; 16]);
    file.extend(data);
    file.extend(b"\xab\xcd\xefMaxMind.com");
    put(&mut file, &metadata(u32::try_from(nodes.len()).unwrap()));
    file
}

enum Next {
    Node(usize),
    Data(usize),
}

fn metadata(nodes: u32) -> Value {
    Value::Map(vec![
        ("binary_format_major_version", Value::Short(2)),
        ("binary_format_minor_version", Value::Short(0)),
        ("build_epoch", Value::Long(1_780_000_000)),
        ("database_type", Value::Text("Test")),
        ("description", Value::Map(vec![("en", Value::Text("for tests"))])),
        ("ip_version", Value::Short(6)),
        ("languages", Value::List(vec![Value::Text("en")])),
        ("node_count", Value::Number(nodes)),
        ("record_size", Value::Short(24)),
    ])
}

fn put(file: &mut Vec<u8>, value: &Value) {
    match value {
        Value::Text(text) => {
            head(file, 2, text.len());
            file.extend(text.as_bytes());
        }
        Value::Double(number) => {
            head(file, 3, 8);
            file.extend(number.to_be_bytes());
        }
        Value::Short(number) => {
            head(file, 5, 2);
            file.extend(number.to_be_bytes());
        }
        Value::Number(number) => {
            head(file, 6, 4);
            file.extend(number.to_be_bytes());
        }
        Value::Long(number) => {
            head(file, 9, 8);
            file.extend(number.to_be_bytes());
        }
        Value::Bool(is) => head(file, 14, usize::from(*is)),
        Value::Map(fields) => {
            head(file, 7, fields.len());
            for (name, value) in fields {
                put(file, &Value::Text(name));
                put(file, value);
            }
        }
        Value::List(values) => {
            head(file, 11, values.len());
            values.iter().for_each(|value| put(file, value));
        }
    }
}

/// Kinds above 7 stand in a byte of their own; sizes from 29 to 284 as well.
fn head(file: &mut Vec<u8>, kind: u8, size: usize) {
    let short = u8::try_from(size.min(29)).unwrap();
    file.push(if kind > 7 { short } else { kind << 5 | short });
    if kind > 7 {
        file.push(kind - 7);
    }
    if size >= 29 {
        file.push(u8::try_from(size - 29).unwrap());
    }
}
