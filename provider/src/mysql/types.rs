//! The types of `fermyon:spin/mysql`: what becomes of a MySQL value.
//!
//! Where Spin's table has a value, so has this one, and the same. Where Spin
//! fails the whole query (decimals, dates, times, years, bits, MySQL's JSON),
//! this one gives text or bytes.

use mysql_async::consts::{ColumnFlags, ColumnType};
use mysql_async::{Row, Value};

use crate::bindings::exports::fermyon::spin::rdbms_types::Error;

dids_mysql::spin_types!(
    dids_mysql::types::all,
    crate::bindings::exports::fermyon::spin::rdbms_types
);

/// A row of a result.
pub(crate) fn row(row: Row, columns: &[mysql_async::Column]) -> Result<Vec<DbValue>, Error> {
    let values = row.unwrap().into_iter().zip(columns);
    values
        .map(|(value, column)| {
            convert(value, column.column_type(), column.flags()).ok_or_else(|| {
                // Without the value: it may be secret.
                Error::ValueConversionFailed(format!(
                    "column {} of type {:?}",
                    column.name_str(),
                    column.column_type()
                ))
            })
        })
        .collect()
}

fn convert(value: Value, kind: ColumnType, flags: ColumnFlags) -> Option<DbValue> {
    match (data_type(kind, flags), value) {
        (DbDataType::Str, value @ (Value::Date(..) | Value::Time(..))) => {
            Some(DbValue::Str(time(&value, kind)))
        }
        (kind, value) => typed(kind, value).ok(),
    }
}

/// A date or time as the server writes it.
fn time(value: &Value, kind: ColumnType) -> String {
    let mut text = value.as_sql(true).trim_matches('\'').to_owned();
    let has_time = matches!(
        kind,
        ColumnType::MYSQL_TYPE_DATETIME | ColumnType::MYSQL_TYPE_TIMESTAMP
    );
    // Midnight travels without its hours.
    if has_time && !text.contains(':') {
        text.push_str(" 00:00:00");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn converts_as_spin_does() {
        use ColumnType as T;
        let none = ColumnFlags::empty();
        let unsigned = ColumnFlags::UNSIGNED_FLAG;
        let binary = ColumnFlags::BINARY_FLAG;
        let tiny = convert(Value::Int(1), T::MYSQL_TYPE_TINY, none);
        assert!(matches!(tiny, Some(DbValue::Int8(1))));
        let big = convert(Value::UInt(u64::MAX), T::MYSQL_TYPE_LONGLONG, unsigned);
        assert!(matches!(big, Some(DbValue::Uint64(u64::MAX))));
        for kind in [
            T::MYSQL_TYPE_VAR_STRING,
            T::MYSQL_TYPE_BLOB,
            T::MYSQL_TYPE_LONG_BLOB,
        ] {
            let bytes = || Value::Bytes(b"x".to_vec());
            let text = convert(bytes(), kind, none);
            assert!(matches!(text, Some(DbValue::Str(text)) if text == "x"));
            let blob = convert(bytes(), kind, binary);
            assert!(matches!(blob, Some(DbValue::Binary(blob)) if blob == b"x"));
            assert!(matches!(
                convert(Value::NULL, kind, none),
                Some(DbValue::DbNull)
            ));
        }
        let not_text = convert(Value::Bytes(vec![0xff]), T::MYSQL_TYPE_STRING, none);
        assert!(not_text.is_none());
    }

    #[test]
    fn converts_what_spin_does_not() {
        use ColumnType as T;
        let text = |value, kind| match convert(value, kind, ColumnFlags::BINARY_FLAG) {
            Some(DbValue::Str(text)) => text,
            other => panic!("{other:?}"),
        };
        let decimal = Value::Bytes(b"1.50".to_vec());
        assert_eq!(text(decimal, T::MYSQL_TYPE_NEWDECIMAL), "1.50");
        let day = || Value::Date(2026, 3, 1, 0, 0, 0, 0);
        assert_eq!(text(day(), T::MYSQL_TYPE_DATE), "2026-03-01");
        assert_eq!(text(day(), T::MYSQL_TYPE_DATETIME), "2026-03-01 00:00:00");
        let moment = Value::Date(2026, 3, 1, 4, 5, 6, 0);
        assert_eq!(text(moment, T::MYSQL_TYPE_TIMESTAMP), "2026-03-01 04:05:06");
        let time = Value::Time(true, 1, 2, 3, 4, 0);
        assert_eq!(text(time, T::MYSQL_TYPE_TIME), "-026:03:04");
        let year = convert(
            Value::UInt(2026),
            T::MYSQL_TYPE_YEAR,
            ColumnFlags::UNSIGNED_FLAG,
        );
        assert!(matches!(year, Some(DbValue::Uint16(2026))));
    }
}
