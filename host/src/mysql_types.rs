//! The types of `fermyon:spin/mysql`: what becomes of a MySQL value.
//!
//! The table is Spin's, with its gaps: decimals, dates, times, years, bits and
//! MySQL's JSON have no place in it, and one such value fails the whole query.
//! A component that works here must work there.

use mysql_async::{FromValueError, Row, Value};

use crate::bindings::fermyon::spin::rdbms_types::Error;

dids_mysql::spin_types!(
    dids_mysql::types::spin,
    crate::bindings::fermyon::spin::rdbms_types
);

/// A row of a result.
pub(crate) fn row(row: Row, columns: &[Column]) -> Result<Vec<DbValue>, Error> {
    let values = row.unwrap().into_iter().zip(columns);
    values
        .map(|(value, column)| convert(value, column))
        .collect()
}

fn convert(value: Value, column: &Column) -> Result<DbValue, Error> {
    typed(column.data_type, value).map_err(|FromValueError(value)| {
        Error::ValueConversionFailed(format!(
            "Cannot convert value {value:?} in column {} data type {:?}",
            column.name, column.data_type
        ))
    })
}

#[cfg(test)]
mod tests {
    use mysql_async::consts::{ColumnFlags, ColumnType};

    use super::*;

    fn of(kind: ColumnType, flags: ColumnFlags, value: Value) -> Result<DbValue, Error> {
        let column = Column {
            name: String::from("c"),
            data_type: data_type(kind, flags),
        };
        convert(value, &column)
    }

    #[test]
    fn converts_as_spin_does() {
        use ColumnType as T;
        let none = ColumnFlags::empty();
        let unsigned = ColumnFlags::UNSIGNED_FLAG;
        let binary = ColumnFlags::BINARY_FLAG;
        let tiny = of(T::MYSQL_TYPE_TINY, none, Value::Int(1));
        assert!(matches!(tiny, Ok(DbValue::Int8(1))));
        let big = of(T::MYSQL_TYPE_LONGLONG, unsigned, Value::UInt(u64::MAX));
        assert!(matches!(big, Ok(DbValue::Uint64(u64::MAX))));
        let bytes = || Value::Bytes(b"x".to_vec());
        let text = of(T::MYSQL_TYPE_BLOB, none, bytes());
        assert!(matches!(text, Ok(DbValue::Str(text)) if text == "x"));
        let blob = of(T::MYSQL_TYPE_VAR_STRING, binary, bytes());
        assert!(matches!(blob, Ok(DbValue::Binary(blob)) if blob == b"x"));
    }

    #[test]
    fn fails_where_spin_fails() {
        use ColumnType as T;
        let none = ColumnFlags::empty();
        for kind in [
            T::MYSQL_TYPE_NEWDECIMAL,
            T::MYSQL_TYPE_DATETIME,
            T::MYSQL_TYPE_YEAR,
            T::MYSQL_TYPE_BIT,
            T::MYSQL_TYPE_JSON,
        ] {
            let failed = of(kind, none, Value::Bytes(b"1".to_vec()));
            assert!(matches!(failed, Err(Error::ValueConversionFailed(_))));
            assert!(matches!(of(kind, none, Value::NULL), Ok(DbValue::DbNull)));
        }
        let not_text = of(T::MYSQL_TYPE_STRING, none, Value::Bytes(vec![0xff]));
        assert!(matches!(not_text, Err(Error::ValueConversionFailed(_))));
    }
}
