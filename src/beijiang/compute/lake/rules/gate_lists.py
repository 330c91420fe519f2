"""What the gate lets through, written down a second time and apart from rules.govern: a slip in one list is caught by the other."""

from __future__ import annotations

from sqlglot import exp


def _kinds(names: str) -> frozenset[type]:
    return frozenset(getattr(exp, name) for name in names.split())


NODES = _kinds(
    """
    Select Union Intersect Except With CTE Subquery Values Table TableAlias From Join Where Having Qualify Group GroupingSets Rollup
    Cube Order Ordered Limit Offset Distinct Window WindowSpec Alias Identifier Column Star Literal Null Boolean Placeholder Paren
    Tuple Interval Var DataType DataTypeParam Cast TryCast ReadParquet GenerateSeries
    And Or Not EQ NEQ LT LTE GT GTE NullSafeEQ NullSafeNEQ In Between Like ILike SimilarTo Is Escape Any All Exists Case If Filter
    WithinGroup IgnoreNulls RespectNulls Bracket Slice AtTimeZone Add Sub Mul Div IntDiv Mod Neg DPipe
    """
)
CALLS = _kinds(
    """
    Abs Ceil Floor Round Trunc Sign Sqrt Cbrt Exp Ln Log Pow Degrees Radians Sin Cos Tan Asin Acos Atan Atan2 Pi IsNan IsInf
    Upper Lower Length Trim Substring Left Right Replace Reverse Concat ConcatWs Contains StartsWith EndsWith StrPosition Pad Repeat
    Ascii Unicode Chr SplitPart RegexpLike RegexpFullMatch RegexpReplace RegexpExtract Translate Levenshtein JarowinklerSimilarity
    MD5 SHA2 CurrentDate CurrentTimestamp TimestampTrunc DateTrunc Extract Year Month Day Hour Minute Second Quarter Week WeekOfYear
    DayOfWeek DayOfWeekIso DayOfMonth DayOfYear Dayname Monthname TimeToUnix UnixToTime DateFromParts DateDiff DateAdd LastDay
    TimeToStr StrToTime DateBin ToDays Date Coalesce Nullif Greatest Least Typeof
    Array ArrayContains ArraySize ArraySort ArrayDistinct ArrayToString Split
    Count CountIf ApproxDistinct GroupConcat ArrayAgg Sum Avg Min Max AnyValue First Last ArgMax ArgMin Median Mode Quantile
    PercentileCont PercentileDisc ApproxQuantile Stddev StddevPop StddevSamp Variance VariancePop Corr CovarPop CovarSamp RegrSlope
    RegrIntercept RegrR2 RegrCount LogicalAnd LogicalOr Kurtosis Skewness Grouping GroupingId
    RowNumber Rank DenseRank PercentRank CumeDist Ntile Lag Lead FirstValue LastValue NthValue
    """
)
NAMES = frozenset(
    [
        "isfinite",
        "even",
        "gcd",
        "lcm",
        "strlen",
        "prefix",
        "suffix",
        "ord",
        "strip_accents",
        "nfc_normalize",
        "hamming",
        "jaccard",
        "jaro_similarity",
        "damerau_levenshtein",
        "now",
        "date_part",
        "datepart",
        "date_sub",
        "datesub",
        "millisecond",
        "yearweek",
        "weekday",
        "isoyear",
        "epoch_us",
        "age",
        "try_strptime",
        "to_months",
        "to_years",
        "to_hours",
        "to_minutes",
        "to_seconds",
        "to_weeks",
        "century",
        "decade",
        "timezone",
        "sha256",
        "list_position",
        "mean",
        "product",
        "mad",
        "sem",
        "entropy",
        "geomean",
        "geometric_mean",
        "fsum",
        "favg",
    ]
)
WORDS = frozenset(
    [
        "YEAR",
        "QUARTER",
        "MONTH",
        "WEEK",
        "DAY",
        "HOUR",
        "MINUTE",
        "SECOND",
        "MILLISECOND",
        "MICROSECOND",
        "EPOCH",
        "DOW",
        "ISODOW",
        "DOY",
        "DAYOFWEEK",
        "DAYOFWEEKISO",
        "DAYOFMONTH",
        "DAYOFYEAR",
        "WEEKOFYEAR",
        "ISOYEAR",
        "YEARWEEK",
        "DECADE",
        "CENTURY",
        "YEARS",
        "QUARTERS",
        "MONTHS",
        "WEEKS",
        "DAYS",
        "HOURS",
        "MINUTES",
        "SECONDS",
        "MILLENNIUM",
        "ERA",
        "TIMEZONE",
        "TIES",
        "GROUP",
    ]
) | {"CURRENT ROW", "NO OTHERS"}
CLAUSES: dict[type, frozenset[str]] = {
    exp.Select: frozenset(
        ["with_", "distinct", "expressions", "from_", "joins", "where", "group", "having", "qualify", "windows", "order", "limit", "offset"]
    ),
    exp.Union: frozenset(["this", "expression", "distinct", "with_", "order", "limit", "offset"]),
    exp.Intersect: frozenset(["this", "expression", "distinct", "with_", "order", "limit", "offset"]),
    exp.Except: frozenset(["this", "expression", "distinct", "with_", "order", "limit", "offset"]),
    exp.With: frozenset({"expressions"}),
    exp.CTE: frozenset({"this", "alias", "materialized"}),
    exp.Table: frozenset({"this", "alias", "joins"}),
    exp.Subquery: frozenset({"this", "alias", "joins"}),
    exp.GenerateSeries: frozenset({"start", "end", "step", "is_end_exclusive"}),
    exp.Values: frozenset({"expressions", "alias"}),
    exp.TableAlias: frozenset({"this", "columns"}),
    exp.Join: frozenset({"this", "on", "using", "side", "kind", "method"}),
    exp.In: frozenset({"this", "expressions", "query", "negate"}),
    exp.Column: frozenset({"this", "table"}),
    exp.Star: frozenset(),
    exp.Window: frozenset({"this", "partition_by", "order", "spec", "alias", "over"}),
    exp.Limit: frozenset({"expression"}),
    exp.Offset: frozenset({"expression"}),
    exp.Ordered: frozenset({"this", "desc", "nulls_first"}),
    exp.Group: frozenset({"expressions"}),
    exp.Cast: frozenset({"this", "to"}),
    exp.TryCast: frozenset({"this", "to", "safe"}),
    exp.DataType: frozenset({"this", "expressions", "nested"}),
    exp.Max: frozenset({"this"}),
    exp.Min: frozenset({"this"}),
    exp.ArgMax: frozenset({"this", "expression"}),
    exp.ArgMin: frozenset({"this", "expression"}),
}
TYPES = frozenset(
    exp.DataType.Type[name]
    for name in [
        "TINYINT",
        "SMALLINT",
        "INT",
        "BIGINT",
        "INT128",
        "UTINYINT",
        "USMALLINT",
        "UINT",
        "UBIGINT",
        "FLOAT",
        "DOUBLE",
        "DECIMAL",
        "TEXT",
        "VARCHAR",
        "BOOLEAN",
        "DATE",
        "TIME",
        "TIMESTAMP",
        "TIMESTAMPNTZ",
        "TIMESTAMPTZ",
        "INTERVAL",
    ]
)
