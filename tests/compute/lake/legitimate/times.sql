--! last-ninety-days: Of the last days up to a given one
SELECT count(*) AS n FROM crimes WHERE opened_on >= DATE '2026-06-30' - INTERVAL 90 DAY AND opened_on <= DATE '2026-06-30'
--! current-date: Of the days until today
SELECT count(*) AS n FROM crimes WHERE opened_on <= current_date
--! now: Not in the future
SELECT count(*) AS n FROM crimes WHERE opened_at < now()
--! current-timestamp: In standard words
SELECT count(*) AS n FROM crimes WHERE opened_at > current_timestamp
--! between-dates: Between two dates
SELECT case_no, opened_on FROM crimes WHERE opened_on BETWEEN DATE '2025-03-01' AND DATE '2025-05-31' ORDER BY opened_on, case_no
--! date-text-compare: Dates written as texts
SELECT count(*) AS n FROM crimes WHERE opened_on >= '2025-06-01' AND opened_on < '2025-07-01'
--! year-on-year: This year against the last, by month
WITH m AS (SELECT year(opened_on) AS y, month(opened_on) AS mo, count(*) AS n FROM crimes GROUP BY 1, 2) SELECT a.mo, a.n AS this, b.n AS last, round(100.0 * (a.n - b.n) / nullif(b.n, 0), 2) AS change FROM m a LEFT JOIN m b ON b.mo = a.mo AND b.y = a.y - 1 WHERE a.y = 2026 ORDER BY a.mo
--! month-on-month: Against the month before
SELECT month, n, n - lag(n) OVER (ORDER BY month) AS diff FROM (SELECT date_trunc('month', opened_on) AS month, count(*) AS n FROM crimes GROUP BY 1) m ORDER BY month
--! moving-average: Mean of seven days
SELECT opened_on, n, round(avg(n) OVER (ORDER BY opened_on ROWS BETWEEN 6 PRECEDING AND CURRENT ROW), 4) AS week FROM (SELECT opened_on, count(*) AS n FROM crimes GROUP BY opened_on) d ORDER BY opened_on
--! moving-range: Cases of the thirty days before
SELECT case_no, count(*) OVER (ORDER BY opened_on RANGE BETWEEN INTERVAL 30 DAY PRECEDING AND CURRENT ROW) AS n FROM crimes ORDER BY case_no
--! cumulative: Running total in the year
SELECT opened_on, case_no, sum(victims) OVER (PARTITION BY year(opened_on) ORDER BY opened_on, case_no) AS total FROM crimes ORDER BY opened_on, case_no
--! strftime: Months as text
SELECT strftime(opened_on, '%Y年%m月') AS month, count(*) AS n FROM crimes GROUP BY 1 ORDER BY 1
--! strftime-time: Times as text
SELECT case_no, strftime(opened_at, '%Y-%m-%d %H:%M') AS t FROM crimes ORDER BY case_no LIMIT 5
--! date-diff: Days until today's report
SELECT case_no, date_diff('day', opened_on, DATE '2026-11-25') AS days FROM crimes ORDER BY days, case_no LIMIT 10
--! datediff-alias: The other spelling
SELECT case_no, datediff('month', opened_on, DATE '2026-11-25') AS months FROM crimes ORDER BY case_no LIMIT 10
--! date-minus-date: Days by subtraction
SELECT case_no, DATE '2026-11-25' - opened_on AS days FROM crimes ORDER BY case_no LIMIT 10
--! age: Age of a case
SELECT case_no, year(age(TIMESTAMP '2026-11-25', opened_on::TIMESTAMP)) AS y FROM crimes ORDER BY case_no LIMIT 10
--! date-add: Deadlines
SELECT case_no, opened_on + INTERVAL 7 DAY AS due, opened_on + INTERVAL '1 month' AS next FROM crimes ORDER BY case_no LIMIT 5
--! date-add-column: Deadlines from a column
SELECT case_no, opened_on + to_days(victims::INT) AS due FROM crimes ORDER BY case_no LIMIT 5
--! date-plus-int: Days added as a number
SELECT case_no, opened_on + 3 AS due FROM crimes ORDER BY case_no LIMIT 5
--! last-day: The month's last day
SELECT DISTINCT last_day(opened_on) AS d FROM crimes ORDER BY d LIMIT 5
--! make-date: The first day of a year
SELECT DISTINCT make_date(year(opened_on)::INT, 1, 1) AS d FROM crimes ORDER BY d
--! date-part: Parts by name
SELECT date_part('week', opened_on) AS w, count(*) AS n FROM crimes WHERE date_part('year', opened_on) = 2026 GROUP BY 1 ORDER BY 1
--! date-trunc-week: By week
SELECT date_trunc('week', opened_on) AS w, count(*) AS n FROM crimes GROUP BY 1 ORDER BY 1 LIMIT 10
--! date-trunc-time: By hour of a day
SELECT date_trunc('hour', opened_at) AS h, count(*) AS n FROM crimes GROUP BY 1 ORDER BY 1 LIMIT 10
--! time-bucket: By ten days
SELECT time_bucket(INTERVAL 10 DAY, opened_on) AS b, count(*) AS n FROM crimes GROUP BY 1 ORDER BY 1 LIMIT 10
--! at-time-zone: In local time
SELECT case_no, opened_at AT TIME ZONE 'Asia/Shanghai' AS local FROM crimes ORDER BY case_no LIMIT 5
--! local-hour: By local hour
SELECT hour(opened_at AT TIME ZONE 'Asia/Shanghai') AS h, count(*) AS n FROM crimes GROUP BY 1 ORDER BY 1
--! cast-date: The day of a time
SELECT opened_at::DATE AS d, count(*) AS n FROM crimes GROUP BY 1 ORDER BY 1 LIMIT 10
--! strptime: Texts as dates
SELECT strptime(tag || '-06-01', '%Y-%m-%d') AS d FROM crimes ORDER BY case_no LIMIT 5
--! try-strptime: Texts that may be none
SELECT count(try_strptime(tag, '%Y')) AS n, count(try_strptime(address, '%Y')) AS m FROM crimes
--! epoch: Seconds
SELECT case_no, epoch(opened_at) AS s FROM crimes ORDER BY case_no LIMIT 5
--! month-names: Names of months
SELECT DISTINCT monthname(opened_on) AS m, month(opened_on) AS n FROM crimes ORDER BY n
--! iso-week: ISO weeks and days
SELECT isoyear(opened_on) AS y, week(opened_on) AS w, isodow(opened_on) AS d, dayofyear(opened_on) AS doy FROM crimes ORDER BY case_no LIMIT 5
--! weekend: On weekends
SELECT count(*) AS n FROM crimes WHERE isodow(opened_on) IN (6, 7)
--! spring-festival: In a range around a feast
SELECT count(*) AS n FROM crimes WHERE opened_on BETWEEN DATE '2026-02-17' - 7 AND DATE '2026-02-17' + 7
--! seen-year: By the year of a masked time
SELECT seen_at, count(*) AS n FROM crimes WHERE seen_at >= 2022 GROUP BY seen_at ORDER BY seen_at
--! gaps: Days between a station's cases
SELECT station, opened_on, date_diff('day', lag(opened_on) OVER (PARTITION BY station ORDER BY opened_on, case_no), opened_on) AS gap FROM crimes ORDER BY station, opened_on, case_no
--! calendar-fill: Every month, those without cases too
WITH months AS (SELECT * FROM (VALUES (1), (2), (3), (4), (5), (6), (7), (8), (9), (10), (11), (12)) AS v(m)) SELECT m, count(c.case_no) AS n FROM months LEFT JOIN crimes c ON month(c.opened_on) = m AND year(c.opened_on) = 2025 GROUP BY m ORDER BY m
--! calendar-series: Every day of a month
SELECT d.day::DATE AS day, count(c.case_no) AS n FROM generate_series(DATE '2025-03-01', DATE '2025-03-31', INTERVAL 1 DAY) AS d(day) LEFT JOIN crimes c ON c.opened_on = d.day::DATE GROUP BY 1 ORDER BY 1
--! calendar-range: Every number in a range
SELECT r.h, count(c.case_no) AS n FROM range(24) AS r(h) LEFT JOIN crimes c ON hour(c.opened_at) = r.h GROUP BY 1 ORDER BY 1
--! within-hours: Cases within a day of one another
SELECT a.case_no AS x, b.case_no AS y FROM crimes a JOIN crimes b ON a.case_no < b.case_no AND b.opened_at BETWEEN a.opened_at - INTERVAL 12 HOUR AND a.opened_at + INTERVAL 12 HOUR ORDER BY 1, 2
--! founded: Years since a county's founding
SELECT name, date_sub('year', founded, DATE '2026-01-01') AS years FROM areas ORDER BY code
--! extract-parts: Parts in standard words
SELECT extract(year FROM opened_on) AS y, extract(month FROM opened_on) AS m, extract(day FROM opened_on) AS d, extract(dow FROM opened_on) AS w FROM crimes ORDER BY case_no LIMIT 5
--! interval-compare: Stays longer than usual
SELECT hotel, count(*) AS n FROM stays WHERE checked_in + to_days(nights::INT) > TIMESTAMPTZ '2026-06-01 00:00:00+08' GROUP BY hotel ORDER BY hotel
