--! top-n-qualify: The three largest of each kind
SELECT kind, case_no, amount FROM crimes WHERE amount IS NOT NULL QUALIFY row_number() OVER (PARTITION BY kind ORDER BY amount DESC, case_no) <= 3 ORDER BY kind, amount DESC
--! top-n-subquery: The same without QUALIFY
SELECT kind, case_no FROM (SELECT kind, case_no, row_number() OVER (PARTITION BY kind ORDER BY amount DESC NULLS LAST, case_no) AS r FROM crimes) t WHERE r <= 2 ORDER BY 1, 2
--! dedup: The latest case of each suspect
SELECT suspect_id, case_no FROM crimes WHERE suspect_id IS NOT NULL QUALIFY row_number() OVER (PARTITION BY suspect_id ORDER BY opened_on DESC, case_no DESC) = 1 ORDER BY case_no
--! dedup-distinct-on: The same in PostgreSQL's words
SELECT DISTINCT ON (station) station, case_no, opened_on FROM crimes ORDER BY station, opened_on DESC, case_no
--! rank-dense: Ranks
SELECT station, n, rank() OVER (ORDER BY n DESC) AS r, dense_rank() OVER (ORDER BY n DESC) AS d FROM (SELECT station, count(*) AS n FROM crimes GROUP BY station) t ORDER BY r, station
--! ntile: Quarters by damage
SELECT q, count(*) AS n, min(amount) AS low, max(amount) AS high FROM (SELECT amount, ntile(4) OVER (ORDER BY amount, case_no) AS q FROM crimes WHERE amount IS NOT NULL) t GROUP BY q ORDER BY q
--! percent-rank: Place within the kind
SELECT case_no, round(percent_rank() OVER (PARTITION BY kind ORDER BY amount NULLS FIRST, case_no), 4) AS p, round(cume_dist() OVER (PARTITION BY kind ORDER BY amount NULLS FIRST, case_no), 4) AS c FROM crimes ORDER BY case_no
--! lag-lead: The case before and after
SELECT case_no, lag(case_no) OVER w AS before, lead(case_no, 1, '无') OVER w AS after FROM crimes WINDOW w AS (PARTITION BY station ORDER BY opened_on, case_no) ORDER BY case_no
--! first-last: The first and last of a station
SELECT DISTINCT station, first_value(case_no) OVER w AS first_, last_value(case_no) OVER w AS last_ FROM crimes WINDOW w AS (PARTITION BY station ORDER BY opened_on, case_no ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) ORDER BY station
--! nth-value: The second
SELECT DISTINCT station, nth_value(case_no, 2) OVER (PARTITION BY station ORDER BY case_no ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS second_ FROM crimes ORDER BY station
--! running-share: Cumulative share (Pareto)
SELECT station, n, round(sum(n) OVER (ORDER BY n DESC, station) * 100.0 / sum(n) OVER (), 2) AS share FROM (SELECT station, count(*) AS n FROM crimes GROUP BY station) t ORDER BY n DESC, station
--! window-over-group: A window over totals
SELECT station, kind, count(*) AS n, sum(count(*)) OVER (PARTITION BY station) AS of_station FROM crimes GROUP BY station, kind ORDER BY station, kind
--! window-frame-rows: The neighbours' mean
SELECT case_no, round(avg(amount) OVER (ORDER BY opened_on, case_no ROWS BETWEEN 2 PRECEDING AND 2 FOLLOWING), 4) AS m FROM crimes ORDER BY case_no
--! window-frame-groups: By groups of days
SELECT case_no, count(*) OVER (ORDER BY opened_on GROUPS BETWEEN 1 PRECEDING AND CURRENT ROW) AS n FROM crimes ORDER BY case_no
--! window-exclude: Without itself
SELECT case_no, sum(victims) OVER (PARTITION BY station ORDER BY case_no ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING EXCLUDE CURRENT ROW) AS others FROM crimes ORDER BY case_no
--! window-filter: A window's own filter
SELECT case_no, count(*) FILTER (WHERE solved) OVER (PARTITION BY station) AS done FROM crimes ORDER BY case_no
--! window-difference: Difference to the mean of the kind
SELECT case_no, round(amount - avg(amount) OVER (PARTITION BY kind), 4) AS d FROM crimes WHERE amount IS NOT NULL ORDER BY case_no
--! z-score: How unusual
SELECT case_no, round((amount - avg(amount) OVER ()) / nullif(stddev(amount) OVER (), 0), 4) AS z FROM crimes WHERE amount IS NOT NULL QUALIFY abs(z) > 1.5 ORDER BY case_no
--! streaks: Islands of days with cases
WITH d AS (SELECT DISTINCT opened_on FROM crimes), g AS (SELECT opened_on, opened_on - row_number() OVER (ORDER BY opened_on)::INT AS grp FROM d) SELECT min(opened_on) AS first_, count(*) AS days FROM g GROUP BY grp HAVING count(*) > 1 ORDER BY 1
--! qualify-count: Groups of several
SELECT case_no, suspect_id FROM crimes WHERE suspect_id IS NOT NULL QUALIFY count(*) OVER (PARTITION BY suspect_id) >= 3 ORDER BY suspect_id, case_no
--! limit-offset: A page
SELECT case_no, kind FROM crimes ORDER BY case_no LIMIT 10 OFFSET 20
--! order-by-position: By the output's place
SELECT station, count(*) FROM crimes GROUP BY 1 ORDER BY 2 DESC, 1
--! order-by-expression: By an expression
SELECT case_no, kind FROM crimes ORDER BY CASE kind WHEN '抢劫' THEN 0 WHEN '伤害' THEN 1 ELSE 2 END, case_no LIMIT 20
--! order-by-not-selected: By a column not shown
SELECT case_no FROM crimes ORDER BY opened_on DESC, case_no LIMIT 5
--! star: All that one may see
SELECT * FROM crimes ORDER BY case_no
--! star-qualified: Of one table
SELECT v.* FROM vehicles v ORDER BY v.plate LIMIT 10
--! star-and-more: And more
SELECT *, amount / 10000 AS wan FROM (SELECT case_no, amount FROM crimes) ORDER BY case_no LIMIT 10
--! star-exclude: All but some
SELECT * EXCLUDE (note, weight) FROM crimes ORDER BY case_no LIMIT 5
--! star-replace: One of them changed
SELECT * REPLACE (round(score, 1) AS score) FROM (SELECT case_no, score FROM crimes) ORDER BY case_no LIMIT 5
--! count-star-only: How many
SELECT count(*) FROM crimes
--! from-first: FROM first
FROM crimes SELECT station, count(*) AS n GROUP BY station ORDER BY station
--! alias-reuse: An output used in the next
SELECT amount * 0.1 AS tenth, tenth * 2 AS fifth FROM crimes WHERE amount IS NOT NULL ORDER BY case_no LIMIT 5
--! alias-in-where: An output used in WHERE
SELECT case_no, year(opened_on) AS y FROM crimes WHERE y = 2026 ORDER BY case_no
--! prefix-alias: Names before
SELECT n: count(*), s: station FROM crimes GROUP BY station ORDER BY s
--! order-by-all: By everything
SELECT DISTINCT station, solved FROM crimes ORDER BY ALL
--! weighted: A weighted score
SELECT station, round(sum(score * victims) / nullif(sum(victims), 0), 6) AS w FROM crimes WHERE score IS NOT NULL GROUP BY station ORDER BY station
--! hot-stations: Above the mean of stations
WITH t AS (SELECT station, count(*) AS n FROM crimes GROUP BY station) SELECT station FROM t WHERE n >= (SELECT avg(n) FROM t) ORDER BY station
--! network-degree: How many cases share a suspect with a case
SELECT a.case_no, count(DISTINCT b.case_no) AS n FROM crimes a JOIN crimes b ON a.suspect_id = b.suspect_id AND a.case_no <> b.case_no GROUP BY a.case_no ORDER BY n DESC, a.case_no LIMIT 10
--! cohort: By the year of a vehicle's registration
SELECT year(registered_on) AS y, count(*) AS n, round(avg(mileage)) AS km, count(*) FILTER (WHERE stolen) AS stolen FROM vehicles GROUP BY y ORDER BY y
--! vehicles-price: Prices by brand
SELECT brand, count(*) AS n, round(avg(price), 2) AS mean, sum(price) AS total FROM vehicles WHERE price > 0 GROUP BY brand ORDER BY mean DESC
--! hotel-nights: Nights by hotel and month
SELECT hotel, month(checked_in) AS m, sum(nights) AS nights FROM stays GROUP BY ALL ORDER BY ALL
--! hotel-frequent: Guests who come often
SELECT guest_id, count(*) AS n, sum(nights) AS nights FROM stays GROUP BY guest_id HAVING count(*) > 2 ORDER BY n DESC, guest_id LIMIT 10
