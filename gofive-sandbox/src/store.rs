//! The records of the sandbox: the documented examples, and what requests have created since.
//!
//! Each kind of records has a file with its data and its operations. The store puts the kinds together; an operation that
//! none of them handles only returns its documented response. Records have the property names of the responses that
//! return them, and are converted to their schemas when read.

mod cases;
mod contracts;
mod customers;
mod deals;
mod documents;
mod employees;
mod examples;
mod expenses;
mod operation;
mod products;
mod quotations;
mod record;
mod roster;
mod sales_orders;
mod sequence;
mod table;

use std::collections::BTreeMap;

use gofive_spec::Spec;
use serde_json::Value;

use crate::error::SandboxError;
use crate::limits::RecordLimits;
use crate::operations::request::Arguments;
use crate::records::kind::RecordKind;
use crate::store::cases::Cases;
use crate::store::contracts::Contracts;
use crate::store::customers::Customers;
use crate::store::deals::Deals;
use crate::store::documents::Documents;
use crate::store::employees::Employees;
use crate::store::examples::Examples;
use crate::store::expenses::Expenses;
use crate::store::operation::{Operations, PayloadResult};
use crate::store::products::Products;
use crate::store::quotations::Quotations;
use crate::store::record::{JsonObject, key_text, value};
use crate::store::roster::Roster;
use crate::store::sales_orders::SalesOrders;
use crate::store::table::Table;

pub use crate::store::cases::Case;
pub(crate) use crate::store::table::TableSnapshot;

#[derive(Clone, Debug)]
pub(crate) struct Store {
    customers: Customers,
    cases: Cases,
    products: Products,
    quotations: Quotations,
    sales_orders: SalesOrders,
    deals: Deals,
    expenses: Expenses,
    contracts: Contracts,
    employees: Employees,
    roster: Roster,
    documents: Documents,
    limits: RecordLimits,
    /// About how much memory the records take at most.
    written: usize,
}

impl Store {
    /// Creates the records that the specs' examples mention.
    ///
    /// The error names an operation that the specs do not have.
    pub(crate) fn new(specs: &'static [Spec], limits: RecordLimits) -> Result<Self, SandboxError> {
        let handled: Vec<_> = operations().map(|(id, _)| id).collect();
        operation::check(&handled, &operation::documented(specs).collect::<Vec<_>>())?;
        let examples = Examples::new(specs);
        let mut store = Self {
            customers: Customers::new(&examples)?,
            cases: Cases::new(&examples)?,
            products: Products::new(&examples)?,
            quotations: Quotations::new(&examples)?,
            sales_orders: SalesOrders::new(&examples)?,
            deals: Deals::new(&examples)?,
            expenses: Expenses::new(&examples)?,
            contracts: Contracts::new(&examples)?,
            employees: Employees::new(&examples)?,
            roster: Roster::new(&examples)?,
            documents: Documents::new(&examples)?,
            limits,
            written: 0,
        };
        for kind in RecordKind::ALL {
            store.table_mut(kind).set_max(limits.records);
        }
        store.written = store.size();
        Ok(store)
    }

    /// Carries out an operation that writes so many bytes, 0 if it only reads.
    pub(crate) fn handle(&mut self, operation_id: &str, arguments: &Arguments, written: usize) -> PayloadResult {
        let Some((_, handler)) = operations().find(|(id, _)| *id == operation_id) else { return Ok(None) };
        if written > 0 {
            self.check_size(written)?;
        }
        match handler {
            Handler::Customers(handle) => handle(&mut self.customers, arguments),
            Handler::Cases(handle) => handle(&mut self.cases, &self.customers, arguments),
            Handler::Products(handle) => handle(&mut self.products, arguments),
            Handler::Quotations(handle) => {
                handle(&mut self.quotations, &mut self.sales_orders, &self.customers, arguments)
            }
            Handler::SalesOrders(handle) => handle(&mut self.sales_orders, &self.customers, arguments),
            Handler::Deals(handle) => handle(&mut self.deals, arguments),
            Handler::Expenses(handle) => handle(&mut self.expenses, arguments),
            Handler::Contracts(handle) => handle(&mut self.contracts, &self.customers, arguments),
            Handler::Employees(handle) => handle(&mut self.employees, arguments),
            Handler::Roster(handle) => handle(&mut self.roster, arguments),
            Handler::Documents(handle) => handle(&mut self.documents, arguments),
        }
    }

    /// Counts what is written, and checks the size of all records when that may be too much.
    fn check_size(&mut self, written: usize) -> Result<(), String> {
        let added: usize = RecordKind::ALL.into_iter().map(|kind| self.table_mut(kind).take_added()).sum();
        self.written = self.written.saturating_add(added).saturating_add(written);
        if self.written > self.limits.size {
            let size = self.size();
            if size.saturating_add(written) > self.limits.size {
                let max = self.limits.size;
                return Err(format!(
                    "the records of the sandbox may take at most {max} bytes: delete some, reset the sandbox, or raise \
                     `max_record_size`"
                ));
            }
            self.written = size.saturating_add(written);
        }
        Ok(())
    }

    fn size(&self) -> usize {
        RecordKind::ALL.into_iter().map(|kind| self.table(kind).size()).sum()
    }

    /// Adds a record, or replaces the one with the same key, and returns its key.
    pub(crate) fn put(&mut self, kind: RecordKind, record: JsonObject) -> String {
        let table = self.table_mut(kind);
        let key = key_text(value(&record, kind.key()));
        table.put(record);
        key
    }

    /// Adds records, or replaces those with the same keys.
    pub(crate) fn put_all(&mut self, kind: RecordKind, records: Vec<JsonObject>) {
        self.table_mut(kind).put_all(records);
    }

    /// Replaces all records of a kind.
    pub(crate) fn replace(&mut self, kind: RecordKind, records: Vec<JsonObject>) {
        self.table_mut(kind).set(records);
    }

    /// The record with a key.
    pub(crate) fn get(&self, kind: RecordKind, key: &str) -> Option<Value> {
        let table = self.table(kind);
        let record = table.iter().find(|record| key_text(value(record, kind.key())) == key);
        record.map(|record| Value::Object(record.clone()))
    }

    /// The records of a kind, in the order in which they were added.
    pub(crate) fn list(&self, kind: RecordKind) -> Vec<Value> {
        self.table(kind).iter().map(|record| Value::Object(record.clone())).collect()
    }

    /// The number of records of a kind.
    pub(crate) fn count(&self, kind: RecordKind) -> usize {
        self.table(kind).iter().count()
    }

    /// Deletes the record with a key; `false` if there is none.
    pub(crate) fn delete(&mut self, kind: RecordKind, key: &str) -> bool {
        let table = self.table_mut(kind);
        !table.take(|record| key_text(value(record, kind.key())) == key).is_empty()
    }

    /// All records, with what continues their numbers.
    pub(crate) fn snapshot(&self) -> BTreeMap<RecordKind, TableSnapshot> {
        RecordKind::ALL.into_iter().map(|kind| (kind, self.table(kind).snapshot())).collect()
    }

    /// Replaces all records, or none if there is a problem.
    pub(crate) fn restore(&mut self, mut tables: BTreeMap<RecordKind, TableSnapshot>) -> Result<(), String> {
        let mut restored = self.clone();
        for kind in RecordKind::ALL {
            let table = tables.remove(&kind).ok_or_else(|| format!("it has no {kind}"))?;
            restored.table_mut(kind).restore(table).map_err(|problem| format!("{kind}: {problem}"))?;
        }
        *self = restored;
        Ok(())
    }

    fn table(&self, kind: RecordKind) -> &Table {
        match kind {
            RecordKind::Cases => &self.cases.0,
            RecordKind::Contracts => &self.contracts.table,
            RecordKind::CustomerEvents => &self.customers.events,
            RecordKind::Customers => &self.customers.table,
            RecordKind::Deals => &self.deals.table,
            RecordKind::Documents => &self.documents.0,
            RecordKind::Employees => &self.employees.0,
            RecordKind::EmpeoEmployees => &self.roster.0,
            RecordKind::Expenses => &self.expenses.table,
            RecordKind::Products => &self.products.0,
            RecordKind::Quotations => &self.quotations.table,
            RecordKind::SalesOrders => &self.sales_orders.table,
        }
    }

    fn table_mut(&mut self, kind: RecordKind) -> &mut Table {
        match kind {
            RecordKind::Cases => &mut self.cases.0,
            RecordKind::Contracts => &mut self.contracts.table,
            RecordKind::CustomerEvents => &mut self.customers.events,
            RecordKind::Customers => &mut self.customers.table,
            RecordKind::Deals => &mut self.deals.table,
            RecordKind::Documents => &mut self.documents.0,
            RecordKind::Employees => &mut self.employees.0,
            RecordKind::EmpeoEmployees => &mut self.roster.0,
            RecordKind::Expenses => &mut self.expenses.table,
            RecordKind::Products => &mut self.products.0,
            RecordKind::Quotations => &mut self.quotations.table,
            RecordKind::SalesOrders => &mut self.sales_orders.table,
        }
    }

    pub(crate) fn cases(&self) -> Vec<Case> {
        self.cases.all()
    }

    pub(crate) fn take_customer_events(&mut self, customer_code: &str) -> Vec<Value> {
        self.customers.take_events(customer_code)
    }
}

/// The function that handles an operation, by the kind that has it.
enum Handler {
    Customers(customers::Handler),
    Cases(cases::Handler),
    Products(products::Handler),
    Quotations(quotations::Handler),
    SalesOrders(sales_orders::Handler),
    Deals(deals::Handler),
    Expenses(expenses::Handler),
    Contracts(contracts::Handler),
    Employees(employees::Handler),
    Roster(roster::Handler),
    Documents(documents::Handler),
}

/// The operations of all kinds.
fn operations() -> impl Iterator<Item = (&'static str, Handler)> {
    of_kind(customers::OPERATIONS, Handler::Customers)
        .chain(of_kind(cases::OPERATIONS, Handler::Cases))
        .chain(of_kind(products::OPERATIONS, Handler::Products))
        .chain(of_kind(quotations::OPERATIONS, Handler::Quotations))
        .chain(of_kind(sales_orders::OPERATIONS, Handler::SalesOrders))
        .chain(of_kind(deals::OPERATIONS, Handler::Deals))
        .chain(of_kind(expenses::OPERATIONS, Handler::Expenses))
        .chain(of_kind(contracts::OPERATIONS, Handler::Contracts))
        .chain(of_kind(employees::OPERATIONS, Handler::Employees))
        .chain(of_kind(roster::OPERATIONS, Handler::Roster))
        .chain(of_kind(documents::OPERATIONS, Handler::Documents))
}

fn of_kind<H: Copy>(
    operations: Operations<H>,
    handler: fn(H) -> Handler,
) -> impl Iterator<Item = (&'static str, Handler)> {
    operations.iter().map(move |(id, handle)| (*id, handler(*handle)))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn handled() -> Vec<&'static str> {
        operations().map(|(id, _)| id).collect()
    }

    #[test]
    fn the_store_does_not_start_if_the_specs_rename_an_operation() {
        let parse = |(_, bundle): &(_, &str)| Spec::parse(&bundle.replace(r#""add_case""#, r#""open_case""#)).unwrap();
        let renamed = gofive_spec::BUNDLES.iter().map(parse).collect::<Vec<_>>().leak();
        assert_eq!(
            Store::new(renamed, RecordLimits::default()).unwrap_err().to_string(),
            "the sandbox handles the operation `add_case`, which no bundled spec has; the nearest one is `open_case`; \
             correct the identifier in gofive-sandbox/src/store"
        );
    }

    #[test]
    fn every_operation_that_is_renamed_is_found_under_its_new_name() {
        let documented: Vec<_> = operation::documented(crate::specs::all().unwrap()).collect();
        assert!(operation::check(&handled(), &documented).is_ok());
        for id in handled() {
            let new = format!("{id}_v2");
            let renamed: Vec<_> = documented.iter().map(|other| if *other == id { &*new } else { *other }).collect();
            let error = operation::check(&handled(), &renamed).unwrap_err();
            let SandboxError::UnknownOperation { operation_id, nearest } = error else { panic!("{id}: {error}") };
            assert_eq!((operation_id.as_str(), nearest), (id, Some(new)));
        }
    }

    #[test]
    fn one_kind_handles_an_operation() {
        let mut ids = HashSet::new();
        let twice: Vec<_> = handled().into_iter().filter(|id| !ids.insert(*id)).collect();
        assert!(twice.is_empty(), "only the first kind would handle {twice:?}");
    }
}
