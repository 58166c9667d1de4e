//! The types of `fermyon:spin/mysql`, for two programs that each have their own
//! generated form of them: the local host and the provider.
//!
//! [`spin`] is Spin's table with its gaps: decimals, dates, times, years, bits and
//! MySQL's JSON have no place in it, and one such value fails the whole query. [`all`]
//! fills the gaps.

/// A type of the interface.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[allow(missing_docs, reason = "the names say it")]
pub enum Type {
    Int8,
    Int16,
    Int32,
    Int64,
    Uint8,
    Uint16,
    Uint32,
    Uint64,
    Floating32,
    Floating64,
    Str,
    Binary,
    Other,
}

/// Spin's table, by the numbers of MySQL's protocol.
pub fn spin(code: u8, is_unsigned: bool, is_binary: bool) -> Type {
    match (code, is_unsigned, is_binary) {
        (1, false, _) => Type::Int8,
        (1, true, _) => Type::Uint8,
        (2, false, _) => Type::Int16,
        (2, true, _) => Type::Uint16,
        (3 | 9, false, _) => Type::Int32,
        (3 | 9, true, _) => Type::Uint32,
        (8, false, _) => Type::Int64,
        (8, true, _) => Type::Uint64,
        (4, ..) => Type::Floating32,
        (5, ..) => Type::Floating64,
        // BLOB (the family's only number in a result), VAR_STRING and STRING.
        (252..=254, _, true) => Type::Binary,
        (252..=254, _, false) => Type::Str,
        _ => Type::Other,
    }
}

/// The same with its gaps filled: a text for what has a written form, bytes for bits.
pub fn all(code: u8, is_unsigned: bool, is_binary: bool) -> Type {
    match (spin(code, is_unsigned, is_binary), code) {
        // YEAR.
        (Type::Other, 13) => Type::Uint16,
        // DECIMAL in both forms, dates and times, JSON.
        (Type::Other, 0 | 246 | 7 | 10..=12 | 14 | 245) => Type::Str,
        // BIT, GEOMETRY.
        (Type::Other, 16 | 255) => Type::Binary,
        // VARCHAR, and BLOBs by their lengths.
        (Type::Other, 15 | 249..=251) if is_binary => Type::Binary,
        (Type::Other, 15 | 249..=251) => Type::Str,
        (known, _) => known,
    }
}

/// The functions that are the same but for whose generated types they are about:
/// `column`, `convert`, `parameter`, `size_of_row`. They are made from the module of
/// the generated types and from [`spin`] or [`all`].
#[macro_export]
macro_rules! spin_types {
    ($table:path, $($types:tt)+) => {
        use $($types)+::{Column, DbDataType, DbValue, ParameterValue};

        /// A column of a result.
        pub(crate) fn column(column: &mysql_async::Column) -> Column {
            Column {
                name: column.name_str().into_owned(),
                data_type: data_type(column.column_type(), column.flags()),
            }
        }

        fn data_type(
            kind: mysql_async::consts::ColumnType,
            flags: mysql_async::consts::ColumnFlags,
        ) -> DbDataType {
            use mysql_async::consts::ColumnFlags;
            use $crate::types::Type;
            let is_unsigned = flags.contains(ColumnFlags::UNSIGNED_FLAG);
            let is_binary = flags.contains(ColumnFlags::BINARY_FLAG);
            match $table(kind as u8, is_unsigned, is_binary) {
                Type::Int8 => DbDataType::Int8,
                Type::Int16 => DbDataType::Int16,
                Type::Int32 => DbDataType::Int32,
                Type::Int64 => DbDataType::Int64,
                Type::Uint8 => DbDataType::Uint8,
                Type::Uint16 => DbDataType::Uint16,
                Type::Uint32 => DbDataType::Uint32,
                Type::Uint64 => DbDataType::Uint64,
                Type::Floating32 => DbDataType::Floating32,
                Type::Floating64 => DbDataType::Floating64,
                Type::Str => DbDataType::Str,
                Type::Binary => DbDataType::Binary,
                Type::Other => DbDataType::Other,
            }
        }

        /// A value of a type, if it has one.
        fn typed(
            kind: DbDataType,
            value: mysql_async::Value,
        ) -> Result<DbValue, mysql_async::FromValueError> {
            use mysql_async::{FromValueError, Value, from_value_opt};
            match (kind, value) {
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
            }
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
        pub(crate) fn parameter(value: ParameterValue) -> mysql_async::Value {
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
                ParameterValue::DbNull => mysql_async::Value::NULL,
            }
        }
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_are_filled_and_nothing_else_changes() {
        for code in 0..=u8::MAX {
            for (is_unsigned, is_binary) in [(false, false), (false, true), (true, false)] {
                let spin = spin(code, is_unsigned, is_binary);
                let all = all(code, is_unsigned, is_binary);
                assert!(spin == all || spin == Type::Other, "{code}");
            }
        }
        assert_eq!(spin(246, false, true), Type::Other);
        assert_eq!(all(246, false, true), Type::Str);
        assert_eq!(all(16, true, false), Type::Binary);
        assert_eq!(all(200, false, false), Type::Other);
    }
}
