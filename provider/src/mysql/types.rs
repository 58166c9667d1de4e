//! The types of `fermyon:spin/mysql`: what becomes of a MySQL value.
//!
//! Where Spin's table has a value, so has this one, and the same. Where Spin
//! fails the whole query (decimals, dates, times, years, bits, MySQL's JSON),
//! this one gives text or bytes.

use mysql_async::consts::{ColumnFlags, ColumnType};
use mysql_async::{FromValueError, Row, Value, from_value_opt};

use crate::bindings::exports::fermyon::spin::rdbms_types::{
    Column, DbDataType, DbValue, Error, ParameterValue,
};

/// A column of a result.
pub(super) fn column(column: &mysql_async::Column) -> Column {
    Column {
        name: column.name_str().into_owned(),
        data_type: data_type(column.column_type(), column.flags()),
    }
}

fn data_type(kind: ColumnType, flags: ColumnFlags) -> DbDataType {
    use ColumnType as T;
    let signed = !flags.contains(ColumnFlags::UNSIGNED_FLAG);
    let binary = flags.contains(ColumnFlags::BINARY_FLAG);
    match kind {
        T::MYSQL_TYPE_TINY if signed => DbDataType::Int8,
        T::MYSQL_TYPE_TINY => DbDataType::Uint8,
        T::MYSQL_TYPE_SHORT if signed => DbDataType::Int16,
        T::MYSQL_TYPE_SHORT | T::MYSQL_TYPE_YEAR => DbDataType::Uint16,
        T::MYSQL_TYPE_INT24 | T::MYSQL_TYPE_LONG if signed => DbDataType::Int32,
        T::MYSQL_TYPE_INT24 | T::MYSQL_TYPE_LONG => DbDataType::Uint32,
        T::MYSQL_TYPE_LONGLONG if signed => DbDataType::Int64,
        T::MYSQL_TYPE_LONGLONG => DbDataType::Uint64,
        T::MYSQL_TYPE_FLOAT => DbDataType::Floating32,
        T::MYSQL_TYPE_DOUBLE => DbDataType::Floating64,
        T::MYSQL_TYPE_DECIMAL
        | T::MYSQL_TYPE_NEWDECIMAL
        | T::MYSQL_TYPE_DATE
        | T::MYSQL_TYPE_NEWDATE
        | T::MYSQL_TYPE_DATETIME
        | T::MYSQL_TYPE_TIMESTAMP
        | T::MYSQL_TYPE_TIME
        | T::MYSQL_TYPE_JSON => DbDataType::Str,
        T::MYSQL_TYPE_BIT | T::MYSQL_TYPE_GEOMETRY => DbDataType::Binary,
        T::MYSQL_TYPE_STRING
        | T::MYSQL_TYPE_VAR_STRING
        | T::MYSQL_TYPE_VARCHAR
        | T::MYSQL_TYPE_TINY_BLOB
        | T::MYSQL_TYPE_BLOB
        | T::MYSQL_TYPE_MEDIUM_BLOB
        | T::MYSQL_TYPE_LONG_BLOB
            if binary =>
        {
            DbDataType::Binary
        }
        T::MYSQL_TYPE_STRING
        | T::MYSQL_TYPE_VAR_STRING
        | T::MYSQL_TYPE_VARCHAR
        | T::MYSQL_TYPE_TINY_BLOB
        | T::MYSQL_TYPE_BLOB
        | T::MYSQL_TYPE_MEDIUM_BLOB
        | T::MYSQL_TYPE_LONG_BLOB => DbDataType::Str,
        _ => DbDataType::Other,
    }
}

/// A row of a result.
pub(super) fn row(row: Row, columns: &[mysql_async::Column]) -> Result<Vec<DbValue>, Error> {
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
    let converted: Result<_, FromValueError> = match (data_type(kind, flags), value) {
        (_, Value::NULL) => Ok(DbValue::DbNull),
        (DbDataType::Int8, value) => from_value_opt(value).map(DbValue::Int8),
        (DbDataType::Int16, value) => from_value_opt(value).map(DbValue::Int16),
        (DbDataType::Int32, value) => from_value_opt(value).map(DbValue::Int32),
        (DbDataType::Int64, value) => from_value_opt(value).map(DbValue::Int64),
        (DbDataType::Uint8, value) => from_value_opt(value).map(DbValue::Uint8),
        (DbDataType::Uint16, value) => from_value_opt(value).map(DbValue::Uint16),
        (DbDataType::Uint32, value) => from_value_opt(value).map(DbValue::Uint32),
        (DbDataType::Uint64, value) => from_value_opt(value).map(DbValue::Uint64),
        (DbDataType::Floating32, value) => from_value_opt(value).map(DbValue::Floating32),
        (DbDataType::Floating64, value) => from_value_opt(value).map(DbValue::Floating64),
        (DbDataType::Str, value @ (Value::Date(..) | Value::Time(..))) => {
            Ok(DbValue::Str(time(&value, kind)))
        }
        (DbDataType::Str, value) => from_value_opt(value).map(DbValue::Str),
        (DbDataType::Binary, value) => from_value_opt(value).map(DbValue::Binary),
        (DbDataType::Boolean | DbDataType::Other, _) => return None,
    };
    converted.ok()
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

/// What a row takes in memory, for the limit on results.
pub(super) fn size_of_row(row: &[DbValue]) -> usize {
    let lengths = row.iter().map(|value| match value {
        DbValue::Str(text) => text.len(),
        DbValue::Binary(bytes) => bytes.len(),
        _ => 0,
    });
    size_of_val(row) + lengths.sum::<usize>()
}

/// A parameter of a statement.
pub(super) fn parameter(value: ParameterValue) -> Value {
    match value {
        ParameterValue::Boolean(value) => value.into(),
        ParameterValue::Int8(value) => value.into(),
        ParameterValue::Int16(value) => value.into(),
        ParameterValue::Int32(value) => value.into(),
        ParameterValue::Int64(value) => value.into(),
        ParameterValue::Uint8(value) => value.into(),
        ParameterValue::Uint16(value) => value.into(),
        ParameterValue::Uint32(value) => value.into(),
        ParameterValue::Uint64(value) => value.into(),
        ParameterValue::Floating32(value) => value.into(),
        ParameterValue::Floating64(value) => value.into(),
        ParameterValue::Str(value) => value.into(),
        ParameterValue::Binary(value) => value.into(),
        ParameterValue::DbNull => Value::NULL,
    }
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
