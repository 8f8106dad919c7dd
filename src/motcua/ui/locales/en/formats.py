"""English pages keep the country's dates; numbers take English separators."""

from motcua.ui.locales.vi import formats as vietnamese

DATE_FORMAT = SHORT_DATE_FORMAT = vietnamese.DATE_FORMAT
TIME_FORMAT = vietnamese.TIME_FORMAT
DATETIME_FORMAT = SHORT_DATETIME_FORMAT = vietnamese.DATETIME_FORMAT
FIRST_DAY_OF_WEEK = vietnamese.FIRST_DAY_OF_WEEK
DATE_INPUT_FORMATS = vietnamese.DATE_INPUT_FORMATS
TIME_INPUT_FORMATS = vietnamese.TIME_INPUT_FORMATS
DATETIME_INPUT_FORMATS = vietnamese.DATETIME_INPUT_FORMATS

DECIMAL_SEPARATOR = "."
THOUSAND_SEPARATOR = ","
NUMBER_GROUPING = 3
