//! The kinds of records that the sandbox remembers.

use std::fmt;
use std::str::FromStr;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::nearest::nearest;

/// A kind of records that the sandbox remembers.
///
/// With serde, and as the name of a file, it is a text: `sales-orders`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum RecordKind {
    /// Cases of Venio, by `caseNo`.
    Cases,
    /// Contracts of Venio with their services, by `contractNo`.
    Contracts,
    /// Events of Venio's customers, by `eventId`.
    CustomerEvents,
    /// Customers of Venio, by `customerCode`.
    Customers,
    /// Deals of Venio, by `dealsId`.
    Deals,
    /// Documents of eTaxGo, by `documentNumber`.
    Documents,
    /// Employees of Venio, by `userId`.
    Employees,
    /// Employees of empeo, by `employeeRefId`. One without a `companyName` belongs to all companies.
    EmpeoEmployees,
    /// Expenses of Venio, by `expenseId`.
    Expenses,
    /// Products of Venio, by `productCode`.
    Products,
    /// Quotations of Venio, by `quotationNo`.
    Quotations,
    /// Sales orders of Venio, by `salesOrderNo`.
    SalesOrders,
}

/// The error of a text that is not a kind of records.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ParseRecordKindError {
    /// The text.
    pub text: String,
    /// The kind whose name resembles the text most.
    pub nearest: Option<RecordKind>,
}

impl RecordKind {
    /// All kinds.
    pub const ALL: [Self; 12] = [
        Self::Cases,
        Self::Contracts,
        Self::CustomerEvents,
        Self::Customers,
        Self::Deals,
        Self::Documents,
        Self::Employees,
        Self::EmpeoEmployees,
        Self::Expenses,
        Self::Products,
        Self::Quotations,
        Self::SalesOrders,
    ];

    /// The name: `sales-orders`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Cases => "cases",
            Self::Contracts => "contracts",
            Self::CustomerEvents => "customer-events",
            Self::Customers => "customers",
            Self::Deals => "deals",
            Self::Documents => "documents",
            Self::Employees => "employees",
            Self::EmpeoEmployees => "empeo-employees",
            Self::Expenses => "expenses",
            Self::Products => "products",
            Self::Quotations => "quotations",
            Self::SalesOrders => "sales-orders",
        }
    }

    /// The property that identifies a record.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Cases => "caseNo",
            Self::Contracts => "contractNo",
            Self::CustomerEvents => "eventId",
            Self::Customers => "customerCode",
            Self::Deals => "dealsId",
            Self::Documents => "documentNumber",
            Self::Employees => "userId",
            Self::EmpeoEmployees => "employeeRefId",
            Self::Expenses => "expenseId",
            Self::Products => "productCode",
            Self::Quotations => "quotationNo",
            Self::SalesOrders => "salesOrderNo",
        }
    }
}

impl fmt::Display for RecordKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for RecordKind {
    type Err = ParseRecordKindError;

    fn from_str(text: &str) -> Result<Self, ParseRecordKindError> {
        if let Some(known) = Self::ALL.into_iter().find(|kind| kind.name() == text) {
            return Ok(known);
        }
        let wanted = text.to_lowercase();
        let nearest = nearest(&wanted, Self::ALL, |kind| kind.name());
        Err(ParseRecordKindError { text: text.to_owned(), nearest })
    }
}

impl Serialize for RecordKind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for RecordKind {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

impl fmt::Display for ParseRecordKindError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is not a kind of records", self.text)?;
        self.nearest.map_or(Ok(()), |nearest| write!(f, "; the nearest one is `{nearest}`"))
    }
}

impl std::error::Error for ParseRecordKindError {}
