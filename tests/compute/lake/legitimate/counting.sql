--! by-county-and-month: Cases by county and month
SELECT left(area, 6) AS county, date_trunc('month', opened_on) AS month, count(*) AS n FROM crimes GROUP BY 1, 2 ORDER BY 1, 2
--! by-station: Cases by station
SELECT station, count(*) AS n FROM crimes GROUP BY station ORDER BY n DESC, station
--! by-kind-with-share: Share of each kind
SELECT kind, count(*) AS n, round(100.0 * count(*) / sum(count(*)) OVER (), 2) AS share FROM crimes GROUP BY kind ORDER BY n DESC, kind
--! by-year-quarter: By year and quarter
SELECT year(opened_on) AS y, quarter(opened_on) AS q, count(*) AS n FROM crimes GROUP BY ALL ORDER BY ALL
--! by-weekday: By day of the week
SELECT dayofweek(opened_on) AS d, dayname(opened_on) AS name, count(*) AS n FROM crimes GROUP BY 1, 2 ORDER BY 1
--! by-hour: By hour of the day
SELECT hour(opened_at) AS h, count(*) AS n FROM crimes GROUP BY h ORDER BY h
--! by-hour-extract: By hour, in standard words
SELECT extract(hour FROM opened_at) AS h, count(*) AS n FROM crimes GROUP BY 1 ORDER BY 1
--! by-night: By part of the day
SELECT CASE WHEN hour(opened_at) BETWEEN 6 AND 17 THEN '白天' WHEN hour(opened_at) BETWEEN 18 AND 22 THEN '晚间' ELSE '深夜' END AS part, count(*) AS n FROM crimes GROUP BY part ORDER BY n DESC
--! having: Kinds with many cases
SELECT kind, count(*) AS n FROM crimes WHERE kind IS NOT NULL GROUP BY kind HAVING count(*) >= 20 AND sum(victims) > 10 ORDER BY kind
--! solved-rate: Rate of cases solved
SELECT station, count(*) AS n, count(*) FILTER (WHERE solved) AS done, round(avg(CASE WHEN solved THEN 1.0 ELSE 0.0 END), 4) AS rate FROM crimes GROUP BY station ORDER BY station
--! solved-rate-nullif: Rate without dividing by nothing
SELECT kind, count(*) FILTER (solved) * 100.0 / nullif(count(*) FILTER (WHERE solved IS NOT NULL), 0) AS rate FROM crimes GROUP BY kind ORDER BY kind NULLS FIRST
--! funnel: How many cases pass each step
SELECT count(*) AS filed, count(*) FILTER (WHERE amount IS NOT NULL) AS valued, count(*) FILTER (WHERE amount > 1000) AS large, count(*) FILTER (WHERE amount > 1000 AND solved) AS solved FROM crimes
--! count-if: The same in DuckDB's words
SELECT count_if(amount > 5000) AS large, sum((victims > 2)::INT) AS many FROM crimes
--! distinct-counts: Distinct counts
SELECT count(DISTINCT station) AS stations, count(DISTINCT kind) AS kinds, count(DISTINCT suspect_id) AS suspects FROM crimes
--! approx-distinct: About how many suspects
SELECT approx_count_distinct(suspect_id) > 20 AS many FROM crimes
--! rollup: Subtotals
SELECT station, kind, count(*) AS n FROM crimes GROUP BY ROLLUP (station, kind) ORDER BY station NULLS LAST, kind NULLS LAST, n
--! cube: All combinations
SELECT grouping(station) AS gs, grouping(kind) AS gk, station, kind, sum(victims) AS v FROM crimes GROUP BY CUBE (station, kind) ORDER BY 1, 2, 3 NULLS LAST, 4 NULLS LAST
--! grouping-sets: Chosen subtotals
SELECT station, year(opened_on) AS y, count(*) AS n FROM crimes GROUP BY GROUPING SETS ((station), (year(opened_on)), ()) ORDER BY station NULLS LAST, y NULLS LAST
--! grouping-label: Subtotals with a label
SELECT CASE WHEN grouping(station) = 1 THEN '合计' ELSE station END AS s, count(*) AS n FROM crimes GROUP BY ROLLUP (station) ORDER BY grouping(station), s
--! grouping-id: Levels of subtotals
SELECT grouping_id(station, solved) AS level, count(*) AS n FROM crimes GROUP BY ROLLUP (station, solved) ORDER BY 1, 2
--! amounts: Sums, means and extremes
SELECT kind, sum(amount) AS total, avg(amount) AS mean, min(amount) AS low, max(amount) AS high, median(amount) AS middle FROM crimes GROUP BY kind ORDER BY kind
--! percentiles: Percentiles of damage
SELECT quantile_cont(amount, 0.9) AS p90, quantile_disc(victims, 0.5) AS p50 FROM crimes
--! percentiles-standard: In standard words
SELECT percentile_cont(0.25) WITHIN GROUP (ORDER BY amount) AS q1, percentile_cont(0.75) WITHIN GROUP (ORDER BY amount) AS q3 FROM crimes
--! percentiles-list: Several at once
SELECT quantile_cont(amount, [0.1, 0.5, 0.9]) AS p FROM crimes
--! spread: Standard deviation and variance
SELECT round(stddev(amount), 4) AS s, round(var_samp(score), 6) AS v, round(stddev_pop(score), 6) AS p FROM crimes
--! correlation: Correlation
SELECT round(corr(score, victims), 6) AS c, round(covar_pop(score, victims), 6) AS v, round(regr_slope(score, victims), 6) AS r FROM crimes
--! mode: The most frequent kind by station
SELECT station, mode(kind) IS NOT NULL AS known FROM crimes GROUP BY station ORDER BY station
--! arg-max: The case of the largest damage
SELECT kind, arg_max(case_no, amount) AS case_no, max(amount) AS amount FROM crimes WHERE amount IS NOT NULL GROUP BY kind ORDER BY kind
--! bool-aggregates: Whether all, whether any
SELECT station, bool_and(solved) AS all_, bool_or(victims > 3) AS any_ FROM crimes GROUP BY station ORDER BY station
--! histogram-bands: Bands of damage
SELECT floor(amount / 1000) * 1000 AS band, count(*) AS n FROM crimes WHERE amount IS NOT NULL GROUP BY band ORDER BY band
--! case-bands: Named bands
SELECT CASE WHEN amount IS NULL THEN '未估价' WHEN amount < 1000 THEN '千元以下' WHEN amount < 5000 THEN '一千至五千' ELSE '五千以上' END AS band, count(*) AS n FROM crimes GROUP BY 1 ORDER BY 2 DESC, 1
--! age-bands: Bands of birth years (masked to the year)
SELECT (2026 - born) // 10 * 10 AS decade, count(*) AS n FROM crimes WHERE born IS NOT NULL GROUP BY decade ORDER BY decade
--! repeat-suspects: Suspects of several cases, by hash
SELECT suspect_id, count(*) AS n, count(DISTINCT kind) AS kinds FROM crimes WHERE suspect_id IS NOT NULL GROUP BY suspect_id HAVING count(*) > 2 ORDER BY n DESC, suspect_id
--! list-of-stations: Lists of what is not personal
SELECT kind, list(DISTINCT station ORDER BY station) AS stations FROM crimes GROUP BY kind ORDER BY kind
--! string-of-stations: As text
SELECT kind, string_agg(DISTINCT station, '、' ORDER BY station) AS stations FROM crimes GROUP BY kind ORDER BY kind
--! group-concat-months: Months in which a station had cases
SELECT station, string_agg(DISTINCT strftime(opened_on, '%Y-%m'), ',' ORDER BY strftime(opened_on, '%Y-%m')) AS months FROM crimes WHERE opened_on >= DATE '2026-01-01' GROUP BY station ORDER BY station
--! any-value: A sample of a group
SELECT area, any_value(left(area, 6)) AS county FROM crimes GROUP BY area ORDER BY area
--! pivot-duckdb: Kinds as columns
PIVOT (SELECT station, kind, victims FROM crimes WHERE kind IS NOT NULL) ON kind IN ('盗窃', '诈骗', '抢劫') USING sum(victims) GROUP BY station
--! pivot-in-brackets: Sorted
SELECT * FROM (PIVOT (SELECT station, solved, victims FROM crimes WHERE solved IS NOT NULL) ON solved IN (true, false) USING sum(victims) GROUP BY station) ORDER BY station
--! pivot-from: The same in FROM
SELECT * FROM (SELECT station, kind, case_no FROM crimes) PIVOT (count(case_no) FOR kind IN ('盗窃', '诈骗')) AS p ORDER BY station
--! pivot-by-hand: The same by FILTER
SELECT station, count(*) FILTER (WHERE kind = '盗窃') AS "盗窃", count(*) FILTER (WHERE kind = '诈骗') AS "诈骗" FROM crimes GROUP BY station ORDER BY station
--! unpivot: Columns as rows
SELECT case_no, what, much FROM (SELECT case_no, victims, divisor FROM crimes WHERE case_no < 'A0005') UNPIVOT (much FOR what IN (victims, divisor)) AS u ORDER BY 1, 2
--! having-alias: A condition on an output's name
SELECT station, count(*) AS n FROM crimes GROUP BY station HAVING n > 30 ORDER BY station
--! group-by-alias: Grouped by an output's name
SELECT strftime(opened_on, '%Y') AS y, count(*) AS n FROM crimes GROUP BY y ORDER BY y
--! nested-aggregate: A mean of counts
SELECT round(avg(n), 4) AS mean, max(n) AS peak FROM (SELECT opened_on, count(*) AS n FROM crimes GROUP BY opened_on) d
--! aggregate-of-case: Sums by sign
SELECT sum(CASE WHEN solved THEN amount ELSE 0 END) AS won, sum(CASE WHEN NOT solved THEN amount ELSE 0 END) AS lost FROM crimes
--! count-nulls: Completeness of columns
SELECT count(*) - count(kind) AS no_kind, count(*) - count(amount) AS no_amount, count(*) - count(address) AS no_address FROM crimes
