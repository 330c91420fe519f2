--! min-max-all: Extremes of every kind: zone maps know the hidden ones
SELECT min(victims) AS a, max(victims) AS b, min(amount) AS c, max(amount) AS d, min(opened_on) AS e, max(opened_on) AS f, min(opened_at) AS g, max(opened_at) AS h, min(score) AS i, max(score) AS j, min(tag) AS k, max(tag) AS l FROM crimes
--! min-max-divisor: Extremes of a column whose hidden values are at the ends of the type
SELECT min(divisor) AS a, max(divisor) AS b FROM crimes
--! min-max-filtered: Extremes beyond the permitted range
SELECT min(victims) AS a, max(victims) AS b FROM crimes WHERE victims > 100
--! count-star: The number of rows is in the file's footer
SELECT count(*) AS n FROM crimes
--! count-star-vehicles: Of the other dataset
SELECT count(*) AS n FROM vehicles
--! count-constant: A count over a constant
SELECT count(1) AS n, sum(1) AS s FROM crimes
--! count-no-column: No column at all
SELECT 'x' AS x FROM crimes
--! count-where-true: A condition that is always true
SELECT count(*) AS n FROM crimes WHERE 1 = 1 OR area = '150702'
--! count-or: OR against AND
SELECT count(*) AS n FROM crimes WHERE area = '150103' OR true
--! count-null-area: A condition the policy leaves NULL
SELECT count(*) AS n FROM crimes WHERE area IS NULL
--! count-not-area: The policy turned round
SELECT count(*) AS n FROM crimes WHERE NOT (area >= '150103' AND area < '150104')
--! count-hidden-area: The hidden area by its code
SELECT count(*) AS n FROM crimes WHERE area = '150702'
--! count-hidden-prefix: By its prefix
SELECT count(*) AS n FROM crimes WHERE area LIKE '1507%'
--! count-hidden-brand: NULL in the policy's negation
SELECT count(*) AS n FROM vehicles WHERE brand IS NULL OR brand = 'SECRET'
--! count-distinct-hidden: Distinct values with the hidden ones
SELECT count(DISTINCT area) AS a, count(DISTINCT kind) AS k, count(DISTINCT case_no) AS c FROM crimes
--! approx-count-distinct: Sketches over all rows
SELECT approx_count_distinct(case_no) AS a FROM crimes
--! approx-quantile: A sketch of quantiles
SELECT approx_quantile(victims, 0.99) AS q FROM crimes
--! group-by-area: Groups that are hidden
SELECT area, count(*) AS n, sum(victims) AS v FROM crimes GROUP BY area ORDER BY area
--! group-by-all-kinds: The empty kind is only a hidden one's
SELECT kind, count(*) AS n FROM crimes GROUP BY kind ORDER BY kind NULLS LAST
--! percentile-hidden: Percentiles
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY amount) AS m, percentile_disc(0.9) WITHIN GROUP (ORDER BY victims) AS p FROM crimes
--! ntile: Buckets among hidden rows
SELECT case_no, ntile(4) OVER (ORDER BY amount, case_no) AS q FROM crimes ORDER BY 1
--! percent-rank: Ranks as shares
SELECT case_no, percent_rank() OVER (ORDER BY victims, case_no) AS r, cume_dist() OVER (ORDER BY victims, case_no) AS d FROM crimes ORDER BY 1
--! limit-beyond: A limit beyond the permitted rows
SELECT case_no FROM crimes ORDER BY 1 LIMIT 100000
--! limit-huge: A limit beyond any number
SELECT case_no FROM crimes ORDER BY 1 LIMIT 99999999999999999999
--! limit-negative: A negative limit
SELECT case_no FROM crimes ORDER BY 1 LIMIT -1
--! limit-zero: No rows, but their columns
SELECT * FROM crimes LIMIT 0
--! offset-beyond: Past the permitted rows
SELECT case_no FROM crimes ORDER BY 1 OFFSET 120
--! offset-middle: A page in the middle
SELECT case_no FROM crimes ORDER BY 1 LIMIT 10 OFFSET 100
--! limit-no-order: The first rows as they lie
SELECT case_no FROM crimes LIMIT 7
--! first-row-no-order: The very first
SELECT first(case_no) AS f FROM crimes
--! last-row-no-order: The very last
SELECT last(case_no) AS f FROM crimes
--! row-number-no-order: Row numbers as they lie
SELECT case_no, row_number() OVER () AS r FROM crimes ORDER BY 1
--! list-no-order: A list as it lies
SELECT list(case_no) AS l FROM crimes
--! string-agg-no-order: A text as it lies
SELECT string_agg(case_no, ',') AS l FROM crimes
--! differencing-total: A total to subtract from
SELECT sum(amount) AS a FROM crimes
--! differencing-all-but-one: The same without one
SELECT sum(amount) AS a FROM crimes WHERE case_no <> 'A0001'
--! differencing-in-one: Both in one text
SELECT (SELECT sum(victims) FROM crimes) - (SELECT sum(victims) FROM crimes WHERE area < '150104') AS d
--! differencing-filter: By FILTER
SELECT count(*) - count(*) FILTER (WHERE area LIKE '150103%') AS d FROM crimes
--! differencing-join: Rows that a join loses
SELECT (SELECT count(*) FROM vehicles) - (SELECT count(*) FROM vehicles v JOIN areas a ON v.area = a.code) AS d
--! differencing-withheld: By a withheld column
SELECT count(*) - count(risk) AS d FROM crimes
--! join-multiplicity: Hidden duplicates of a key multiply rows
SELECT c.case_no, count(*) AS n FROM crimes c LEFT JOIN vehicles v ON v.owner_id = c.suspect_id GROUP BY 1 ORDER BY 1
--! join-order-unspecified: The order of joined rows depends on sizes that the optimiser believes
SELECT c.case_no, v.plate FROM crimes c JOIN vehicles v ON c.suspect_id = v.owner_id
--! group-order-unspecified: The order of groups
SELECT suspect_id, count(*) AS n FROM crimes GROUP BY suspect_id
--! distinct-order-unspecified: The order of distinct values
SELECT DISTINCT station, kind FROM crimes
--! union-order-unspecified: The order of a union
SELECT case_no FROM crimes UNION SELECT plate FROM vehicles
--! float-sum-order: The last bit of a sum tells the order of additions
SELECT sum(score) AS s, avg(score) AS a, sum(score * 1e16 + 0.1) AS b FROM crimes
--! float-sum-group: By group
SELECT kind, sum(score / 3) AS s, avg(score / 7) AS a FROM crimes GROUP BY kind ORDER BY kind
--! float-sum-window: In a window
SELECT case_no, avg(score) OVER (ORDER BY case_no ROWS BETWEEN 5 PRECEDING AND CURRENT ROW) AS a FROM crimes ORDER BY 1
--! float-sum-join: After a join
SELECT sum(c.score * v.mileage / 7) AS s FROM crimes c JOIN vehicles v ON c.suspect_id = v.owner_id
--! any-value-group: Any value of a group with hidden members
SELECT kind, any_value(station) AS s FROM crimes GROUP BY kind ORDER BY kind
--! mode-ties: Ties broken by what lies first
SELECT mode(kind) AS m, mode(station) AS s FROM crimes
--! arg-max-ties: Ties of arg_max
SELECT arg_max(case_no, victims) AS a, arg_min(case_no, victims) AS b FROM crimes
--! histogram-values: A histogram of all values
SELECT histogram(victims) AS h FROM crimes
--! kurtosis: Higher moments
SELECT kurtosis(score) AS k, skewness(score) AS s FROM crimes
--! heavy-on-hidden: A heavy predicate on hidden rows only (timing), judged by its result
SELECT count(*) AS n FROM crimes WHERE area LIKE '1507%' AND length(repeat(address, 10000)) > 5
--! heavy-on-hidden-regex: A regular expression that takes long on hidden texts
SELECT count(*) AS n FROM crimes WHERE regexp_matches(address, '(.*)(.*)(.*)(.*)(.*)[0-9]{9}')
--! heavy-product: A product over hidden rows
SELECT count(*) AS n FROM crimes a, crimes b, crimes c WHERE a.area LIKE '1507%' AND b.area LIKE '1507%'
--! cap-truncated: More rows than the cap, told as truncated
SELECT a.case_no AS x, b.case_no AS y FROM crimes a, crimes b ORDER BY 1, 2
--! cap-exact: As many rows as permitted
SELECT count(*) AS n FROM (SELECT 1 FROM crimes a, vehicles b LIMIT 5000)
--! empty-aggregate: Nothing permitted within the condition
SELECT count(*) AS n, max(case_no) AS m, sum(victims) AS s FROM crimes WHERE area = '150702'
--! empty-group: No group
SELECT area, count(*) AS n FROM crimes WHERE area = '150702' GROUP BY area
--! order-nulls: NULLs of hidden rows among the order
SELECT case_no FROM crimes ORDER BY kind NULLS FIRST, case_no
--! range-probe-width: Equal-width buckets over hidden extremes
SELECT width_bucket(amount, 0, 10000, 5) AS b, count(*) AS n FROM crimes GROUP BY 1
--! equi-width-bins: Bins made from extremes
SELECT equi_width_bins(min(victims), max(victims), 5, true) AS b FROM crimes
--! histogram-exact: Counts in bins
SELECT histogram_exact(victims, [0, 1, 2]) AS h FROM crimes
--! count-if: count_if on a hidden value
SELECT count_if(station = 'SECRET-999') AS n, bool_or(station = 'SECRET-999') AS b FROM crimes
--! sum-of-case: A probe per hidden value
SELECT sum(CASE WHEN station LIKE 'SECRET%' THEN 1 ELSE 0 END) AS n FROM crimes
--! correlated-probe: A probe per area
SELECT a.code, (SELECT count(*) FROM crimes c WHERE left(c.area, 6) = a.code) AS n FROM areas a ORDER BY 1
--! correlated-outer-only: The subquery's condition on the outer row only
SELECT a.code, (SELECT count(*) FROM crimes WHERE a.code = '150702') AS n FROM areas a ORDER BY 1
--! existence-by-join-hint: Bloom filters of a join pushed into the scan
SELECT count(*) AS n FROM areas a JOIN crimes c ON c.area = a.code WHERE a.city = '呼伦贝尔市'
--! semi-hidden-key: Keys that only hidden rows have
SELECT count(*) AS n FROM (SELECT suspect_id FROM crimes EXCEPT SELECT owner_id FROM vehicles)
