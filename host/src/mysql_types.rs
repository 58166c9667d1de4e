//! The types of `fermyon:spin/mysql`: what becomes of a MySQL value.
//!
//! The table is Spin's, with its gaps: decimals, dates, times, years, bits and
//! MySQL's JSON have no place in it, and one such value fails the whole query.
//! A component that works here must work there.

use mysql_async::consts::{ColumnFlags, ColumnType};
use mysql_async::{FromValueError, Row, Value, from_value_opt};

use crate::bindings::fermyon::spin::rdbms_types::{
    Column, DbDataType, DbValue, Error, ParameterValue,
};

/// A column of a result.
pub(crate) fn column(column: &mysql_async::Column) -> Column {
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
        T::MYSQL_TYPE_SHORT => DbDataType::Uint16,
        T::MYSQL_TYPE_INT24 | T::MYSQL_TYPE_LONG if signed => DbDataType::Int32,
        T::MYSQL_TYPE_INT24 | T::MYSQL_TYPE_LONG => DbDataType::Uint32,
        T::MYSQL_TYPE_LONGLONG if signed => DbDataType::Int64,
        T::MYSQL_TYPE_LONGLONG => DbDataType::Uint64,
        T::MYSQL_TYPE_FLOAT => DbDataType::Floating32,
        T::MYSQL_TYPE_DOUBLE => DbDataType::Floating64,
        T::MYSQL_TYPE_STRING | T::MYSQL_TYPE_VAR_STRING | T::MYSQL_TYPE_BLOB if binary => {
            DbDataType::Binary
        }
        T::MYSQL_TYPE_STRING | T::MYSQL_TYPE_VAR_STRING | T::MYSQL_TYPE_BLOB => DbDataType::Str,
        _ => DbDataType::Other,
    }
}

/// A row of a result.
pub(crate) fn row(row: Row, columns: &[Column]) -> Result<Vec<DbValue>, Error> {
    let values = row.unwrap().into_iter().zip(columns);
    values
        .map(|(value, column)| convert(value, column))
        .collect()
}

fn convert(value: Value, column: &Column) -> Result<DbValue, Error> {
    let converted = match (column.data_type, value) {
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
        (DbDataType::Str, value) => from_value_opt(value).map(DbValue::Str),
        (DbDataType::Binary, value) => from_value_opt(value).map(DbValue::Binary),
        (DbDataType::Boolean | DbDataType::Other, value) => Err(FromValueError(value)),
    };
    converted.map_err(|FromValueError(value)| {
        Error::ValueConversionFailed(format!(
            "Cannot convert value {value:?} in column {} data type {:?}",
            column.name, column.data_type
        ))
    })
}

/// What a row takes in memory, for the limit on results.
pub(crate) fn size_of_row(row: &[DbValue]) -> usize {
    let lengths = row.iter().map(|value| match value {
        DbValue::Str(text) => text.len(),
        DbValue::Binary(bytes) => bytes.len(),
        _ => 0,
    });
    size_of_val(row) + lengths.sum::<usize>()
}

/// A parameter of a statement.
pub(crate) fn parameter(value: ParameterValue) -> Value {
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
