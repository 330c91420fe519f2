--! join-areas: County names
SELECT a.name, count(*) AS n FROM crimes c JOIN areas a ON a.code = left(c.area, 6) GROUP BY a.name ORDER BY 1
--! left-join-zero: Counties without cases too
SELECT a.name, count(c.case_no) AS n FROM areas a LEFT JOIN crimes c ON left(c.area, 6) = a.code GROUP BY a.name ORDER BY n DESC, a.name
--! per-capita: Cases per hundred thousand
SELECT a.name, round(count(c.case_no) * 100000.0 / a.population, 4) AS rate FROM areas a LEFT JOIN crimes c ON left(c.area, 6) = a.code WHERE a.population IS NOT NULL GROUP BY a.name, a.population ORDER BY 2 DESC, 1
--! join-hashed: Suspects who own vehicles
SELECT c.case_no, v.plate, v.brand FROM crimes c JOIN vehicles v ON v.owner_id = c.suspect_id ORDER BY 1, 2
--! join-hashed-using: By a subquery that renames
SELECT count(*) AS n FROM (SELECT suspect_id AS person, case_no FROM crimes) c JOIN (SELECT owner_id AS person, plate FROM vehicles) v USING (person)
--! three-way: Suspects, vehicles, hotels
SELECT c.case_no, v.plate, s.hotel, s.checked_in FROM crimes c JOIN vehicles v ON v.owner_id = c.suspect_id JOIN stays s ON s.guest_id = c.suspect_id WHERE s.nights >= 5 ORDER BY 1, 2, 3, 4
--! exists: Suspects who stayed in a hotel
SELECT case_no FROM crimes c WHERE EXISTS (SELECT 1 FROM stays s WHERE s.guest_id = c.suspect_id AND s.nights > 4) ORDER BY case_no
--! not-exists: Suspects who did not
SELECT case_no FROM crimes c WHERE suspect_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM stays s WHERE s.guest_id = c.suspect_id) ORDER BY case_no
--! in-subquery: Owners among suspects
SELECT plate, brand FROM vehicles WHERE owner_id IN (SELECT suspect_id FROM crimes WHERE kind = '盗窃') ORDER BY plate
--! not-in-subquery: Owners not among suspects
SELECT count(*) AS n FROM vehicles WHERE owner_id NOT IN (SELECT suspect_id FROM crimes WHERE suspect_id IS NOT NULL)
--! anti-join: Anti join by LEFT JOIN
SELECT v.plate FROM vehicles v LEFT JOIN crimes c ON c.suspect_id = v.owner_id WHERE c.case_no IS NULL ORDER BY v.plate
--! anti-join-word: In DuckDB's words
SELECT v.plate FROM vehicles v ANTI JOIN crimes c ON c.suspect_id = v.owner_id ORDER BY v.plate
--! semi-join-word: Semi join
SELECT v.plate FROM vehicles v SEMI JOIN crimes c ON c.suspect_id = v.owner_id ORDER BY v.plate
--! full-join: Both sides
SELECT c.case_no, v.plate FROM crimes c FULL OUTER JOIN vehicles v ON c.suspect_id = v.owner_id ORDER BY 1 NULLS LAST, 2 NULLS LAST
--! right-join: From the right
SELECT a.name, count(v.plate) AS n FROM vehicles v RIGHT JOIN areas a ON a.code = v.area GROUP BY a.name ORDER BY a.name
--! cross-join: A grid of counties and colours
SELECT a.name, k.colour, count(v.plate) AS n FROM areas a CROSS JOIN (SELECT DISTINCT colour FROM vehicles WHERE colour IS NOT NULL) k LEFT JOIN vehicles v ON v.area = a.code AND v.colour = k.colour GROUP BY 1, 2 ORDER BY 1, 2
--! self-join: Pairs of cases of one suspect
SELECT a.case_no AS x, b.case_no AS y FROM crimes a JOIN crimes b ON a.suspect_id = b.suspect_id AND a.case_no < b.case_no WHERE a.kind = b.kind ORDER BY 1, 2
--! self-join-days: Pairs at one station on one day
SELECT a.case_no AS x, b.case_no AS y, a.station FROM crimes a, crimes b WHERE a.station = b.station AND a.opened_on = b.opened_on AND a.case_no < b.case_no ORDER BY 1, 2
--! natural-like-using: USING a common column
SELECT area, count(*) AS n FROM vehicles JOIN stays USING (area) GROUP BY area ORDER BY area
--! using-star: A star after USING
SELECT * FROM (SELECT area, plate FROM vehicles) JOIN (SELECT code AS area, name FROM areas) USING (area) ORDER BY plate LIMIT 5
--! natural-join-subqueries: NATURAL JOIN of what one names oneself
SELECT name, count(*) AS n FROM (SELECT area FROM vehicles) NATURAL JOIN (SELECT code AS area, name FROM areas) GROUP BY name ORDER BY name
--! asof-join: The vehicle registered last before a case
SELECT c.case_no, v.plate FROM (SELECT case_no, opened_on FROM crimes) c ASOF LEFT JOIN (SELECT plate, registered_on FROM vehicles WHERE brand = '大众' AND plate < '蒙A00050') v ON c.opened_on >= v.registered_on ORDER BY 1
--! lateral: The three latest cases of each county
SELECT a.name, l.case_no FROM areas a, LATERAL (SELECT case_no, opened_on FROM crimes c WHERE left(c.area, 6) = a.code ORDER BY opened_on DESC, case_no LIMIT 3) l ORDER BY 1, 2
--! lateral-left: With counties that have none
SELECT a.name, l.n FROM areas a LEFT JOIN LATERAL (SELECT count(*) AS n FROM vehicles v WHERE v.area = a.code AND v.stolen) l ON true ORDER BY 1
--! scalar-correlated: A count beside each row
SELECT a.name, (SELECT count(*) FROM vehicles v WHERE v.area = a.code) AS vehicles, (SELECT count(*) FROM stays s WHERE s.area = a.code) AS stays FROM areas a ORDER BY a.code
--! scalar-total: A share of the whole
SELECT kind, round(count(*) * 1.0 / (SELECT count(*) FROM crimes), 4) AS share FROM crimes GROUP BY kind ORDER BY kind
--! above-average: Above the mean of all
SELECT case_no, amount FROM crimes WHERE amount > (SELECT avg(amount) FROM crimes) ORDER BY amount DESC, case_no LIMIT 10
--! above-own-average: Above the mean of its kind
SELECT c.case_no FROM crimes c WHERE c.amount > (SELECT avg(d.amount) * 1.5 FROM crimes d WHERE d.kind = c.kind) ORDER BY 1
--! any-all: ANY and ALL
SELECT count(*) AS n FROM vehicles WHERE mileage >= ALL (SELECT mileage FROM vehicles WHERE brand = '五菱')
--! any: = ANY
SELECT count(*) AS n FROM vehicles WHERE area = ANY (SELECT code FROM areas WHERE city = '呼和浩特市')
--! union: Two sets of areas
SELECT area FROM vehicles UNION SELECT area FROM stays ORDER BY 1
--! union-all-labelled: Events of two kinds in one list
SELECT '案件' AS what, opened_on AS day, station AS place FROM crimes WHERE victims = 4 UNION ALL SELECT '住宿', checked_in::DATE, hotel FROM stays WHERE nights = 6 ORDER BY day, what, place
--! union-by-name: By the columns' names
SELECT plate, area FROM vehicles WHERE stolen UNION ALL BY NAME SELECT area, hotel FROM stays WHERE nights = 1 ORDER BY ALL
--! intersect: In both
SELECT suspect_id FROM crimes INTERSECT SELECT guest_id FROM stays ORDER BY 1
--! except: In one only
SELECT area FROM stays EXCEPT SELECT area FROM vehicles ORDER BY 1
--! union-in-subquery: A union counted
SELECT what, count(*) AS n FROM (SELECT '车' AS what FROM vehicles UNION ALL SELECT '住' FROM stays) u GROUP BY what ORDER BY what
--! cte-chain: Steps after one another
WITH base AS (SELECT *, left(area, 6) AS county FROM crimes WHERE kind IS NOT NULL), monthly AS (SELECT county, kind, date_trunc('month', opened_on) AS m, count(*) AS n FROM base GROUP BY 1, 2, 3), ranked AS (SELECT *, rank() OVER (PARTITION BY kind ORDER BY n DESC, m) AS r FROM monthly) SELECT kind, m, n FROM ranked WHERE r = 1 ORDER BY kind, m
--! cte-twice: One step used twice
WITH t AS (SELECT station, count(*) AS n FROM crimes GROUP BY station) SELECT a.station, a.n, (SELECT max(n) FROM t) AS best FROM t a ORDER BY 1
--! cte-columns: With named columns
WITH t(s, n) AS (SELECT station, count(*) FROM crimes GROUP BY station) SELECT s FROM t WHERE n > 10 ORDER BY s
--! cte-materialized: Kept in between
WITH t AS MATERIALIZED (SELECT suspect_id, count(*) AS n FROM crimes GROUP BY suspect_id) SELECT n, count(*) AS persons FROM t GROUP BY n ORDER BY n
--! cte-nested: WITH within WITH
WITH outer_ AS (WITH inner_ AS (SELECT kind, victims FROM crimes) SELECT kind, sum(victims) AS v FROM inner_ GROUP BY kind) SELECT * FROM outer_ ORDER BY kind
--! cte-of-dataset-name: A CTE of the dataset's own name
WITH crimes AS (SELECT * FROM crimes WHERE kind = '盗窃') SELECT count(*) AS n FROM crimes
--! subquery-in-from: A table in brackets
SELECT s.station, s.n FROM (SELECT station, count(*) AS n FROM crimes GROUP BY station) AS s WHERE s.n > 10 ORDER BY s.n DESC, s.station
--! values-map: A small table of one's own
SELECT m.label, count(*) AS n FROM crimes c JOIN (VALUES ('盗窃', '侵财'), ('诈骗', '侵财'), ('抢劫', '暴力'), ('伤害', '暴力')) AS m(kind, label) ON m.kind = c.kind GROUP BY m.label ORDER BY 1
--! values-cte: In a CTE
WITH wanted(code) AS (VALUES ('150103'), ('150702')) SELECT w.code, a.name FROM wanted w JOIN areas a USING (code) ORDER BY 1
--! join-condition-or: With OR and functions
SELECT count(*) AS n FROM vehicles v JOIN areas a ON v.area = a.code OR (a.city = '呼伦贝尔市' AND v.mileage > 250000)
--! join-inequality: Within distance of one another
SELECT count(*) AS n FROM vehicles a JOIN vehicles b ON a.plate < b.plate AND abs(a.mileage - b.mileage) < 2000
--! join-brackets: Joins in brackets
SELECT count(*) AS n FROM (vehicles v JOIN areas a ON v.area = a.code) LEFT JOIN crimes c ON c.suspect_id = v.owner_id
--! comma-join: The old way
SELECT v.plate, a.name FROM vehicles v, areas a WHERE v.area = a.code AND v.stolen ORDER BY 1
--! row-in: Pairs in a list
SELECT count(*) AS n FROM crimes WHERE (kind, station) IN (('盗窃', '中山西路派出所'), ('诈骗', '新华西路派出所'))
