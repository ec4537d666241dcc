//! What Python hands over, checked and turned into what the core takes.

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::PyString;
use pyo3::Borrowed;

use crate::error::CoreError;

/// Strings from any iterable but a string, which iterates over its letters and is always a mistake.
pub(crate) struct Words<'py>(Vec<Bound<'py, PyString>>);

impl<'py> FromPyObject<'_, 'py> for Words<'py> {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        if object.is_instance_of::<PyString>() {
            return Err(PyTypeError::new_err("expected several strings, got one"));
        }
        let words: PyResult<_> = object.try_iter()?.map(|word| Ok(word?.cast_into::<PyString>()?)).collect();
        Ok(Self(words?))
    }
}

impl Words<'_> {
    /// The strings, in any collection.
    pub fn collect<'a, C: FromIterator<&'a str>>(&'a self) -> PyResult<C> {
        self.0.iter().map(|word| word.to_str()).collect()
    }
}

/// Milliseconds since the epoch: 0 or more, so that 0 can mean "not at all" in an answer.
#[derive(Clone, Copy)]
pub(crate) struct Moment(pub i64);

impl FromPyObject<'_, '_> for Moment {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, '_, PyAny>) -> PyResult<Self> {
        match object.extract()? {
            moment @ 0.. => Ok(Self(moment)),
            _ => Err(CoreError::Range("a moment", "0 or more milliseconds since the epoch").into()),
        }
    }
}

/// A number that must not be negative.
pub(crate) fn unsigned<T: TryFrom<i64>>(name: &'static str, number: i64) -> Result<T, CoreError> {
    T::try_from(number).map_err(|_| CoreError::Range(name, "0 or more, and not huge"))
}
