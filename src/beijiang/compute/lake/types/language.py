"""What a question in SQL may be written with, for those who help people write it. `rules.govern` is what decides."""

from __future__ import annotations

from beijiang.kernel.words import Words

SQL_KEYWORDS = (
    "SELECT", "DISTINCT", "FROM", "WHERE", "GROUP BY", "HAVING", "QUALIFY", "ORDER BY", "LIMIT", "OFFSET", "WITH", "AS", "JOIN",
    "LEFT JOIN", "RIGHT JOIN", "FULL JOIN", "CROSS JOIN", "ON", "USING", "UNION", "UNION ALL", "INTERSECT", "EXCEPT", "AND", "OR", "NOT",
    "IN", "EXISTS", "BETWEEN", "LIKE", "ILIKE", "IS NULL", "IS NOT NULL", "CASE", "WHEN", "THEN", "ELSE", "END", "CAST", "TRY_CAST",
    "OVER", "PARTITION BY", "ASC", "DESC", "NULLS FIRST", "NULLS LAST", "TRUE", "FALSE", "NULL", "INTERVAL", "DATE", "TIMESTAMP",
    "GROUPING SETS", "ROLLUP", "CUBE", "FILTER",
)  # fmt: skip

SQL_FUNCTIONS: dict[str, tuple[Words, tuple[str, ...]]] = {
    "aggregate": (
        Words("汇总", "aggregate"),
        (
            "count", "sum", "avg", "min", "max", "median", "mode", "string_agg", "array_agg", "arg_max", "arg_min", "first", "last",
            "stddev", "stddev_pop", "stddev_samp", "variance", "var_pop", "var_samp", "quantile_cont", "quantile_disc", "corr",
            "covar_pop", "covar_samp", "bool_and", "bool_or", "count_if", "approx_count_distinct", "entropy", "kurtosis", "skewness",
        ),
    ),
    "number": (
        Words("数字", "number"),
        (
            "abs", "ceil", "floor", "round", "trunc", "sign", "sqrt", "cbrt", "exp", "ln", "log", "log2", "log10", "pow", "mod", "pi",
            "degrees", "radians", "sin", "cos", "tan", "asin", "acos", "atan", "atan2", "isnan", "isinf", "gcd", "lcm", "even",
        ),
    ),
    "text": (
        Words("文本", "text"),
        (
            "upper", "lower", "length", "trim", "ltrim", "rtrim", "substring", "left", "right", "replace", "reverse", "concat",
            "concat_ws", "contains", "starts_with", "ends_with", "strpos", "lpad", "rpad", "repeat", "split_part", "regexp_matches",
            "regexp_full_match", "regexp_extract", "regexp_replace", "translate", "levenshtein", "jaro_winkler_similarity", "ascii",
            "unicode", "chr", "md5", "sha256", "strip_accents",
        ),
    ),
    "time": (
        Words("日期时间", "date and time"),
        (
            "current_date", "now", "date_trunc", "date_part", "year", "quarter", "month", "week", "day", "hour", "minute", "second",
            "dayofweek", "isodow", "dayofyear", "dayname", "monthname", "date_diff", "date_add", "last_day", "make_date", "strftime",
            "strptime", "try_strptime", "time_bucket", "age", "epoch", "to_days", "to_months", "to_years",
        ),
    ),
    "choice": (Words("选择", "choice"), ("coalesce", "nullif", "greatest", "least", "if", "typeof")),
    "list": (
        Words("列表", "list"),
        ("list_value", "list_contains", "list_sort", "list_distinct", "array_length", "array_to_string", "string_split"),
    ),
    "window": (
        Words("窗口", "window"),
        (
            "row_number", "rank", "dense_rank", "percent_rank", "cume_dist", "ntile", "lag", "lead", "first_value", "last_value",
            "nth_value",
        ),
    ),
}  # fmt: skip
"""By kind: the kind's name, and functions that may be called (not all that may: aliases are left out)."""
