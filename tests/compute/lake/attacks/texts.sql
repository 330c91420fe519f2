--! comment-line: A line comment hides the end
SELECT case_no FROM crimes -- WHERE area = '150702'
ORDER BY 1 LIMIT 2
--! comment-block: A block comment
SELECT case_no /* , informant */ FROM crimes ORDER BY 1 LIMIT 2
--! comment-nested: Nested comments, which engines count differently
SELECT case_no /* a /* b */ , informant /* c */ */ FROM crimes ORDER BY 1 LIMIT 2
--! comment-unclosed: A comment without end
SELECT case_no FROM crimes /* ORDER BY 1
--! comment-mysql!: A comment that MySQL executes
SELECT case_no /*! , informant */ , informant FROM crimes
--! comment-hash: A hash is no comment here
SELECT case_no # , informant
FROM crimes
--! comment-in-string: A comment's signs in a text
SELECT '-- /* x */' AS t, case_no FROM crimes ORDER BY 2 LIMIT 1
--! comment-in-name: A comment within a name
SELECT infor/**/mant FROM crimes
--! comment-between-dot: A comment beside the dot
SELECT crimes./**/informant FROM crimes
--! comment-splits-keyword: A comment between keywords
SELECT/**/informant/**/FROM/**/crimes
--! comment-carriage-return: A carriage return alone ends the line for some
SELECT case_no -- x FROM crimes ORDER BY 1 LIMIT 1
--! comment-unicode-line-separator: U+2028 ends a line for some
SELECT case_no -- x  , informant
FROM crimes ORDER BY 1 LIMIT 1
--! dollar-quote: A dollar-quoted text
SELECT $$ it's $$ AS t, case_no FROM crimes ORDER BY 2 LIMIT 1
--! dollar-quote-tag: With a tag
SELECT $a$ $$ ' $b$ $a$ AS t, case_no FROM crimes ORDER BY 2 LIMIT 1
--! dollar-quote-unclosed: Without its end
SELECT $a$ x FROM crimes
--! dollar-quote-hides-statement: A statement within
SELECT $$; DROP TABLE crimes; --$$ AS t
--! e-string: Escapes in a text
SELECT E'\x27 OR 1=1 --' AS t, case_no FROM crimes ORDER BY 2 LIMIT 1
--! e-string-quote: An escaped quote
SELECT E'it\'s' AS t, case_no FROM crimes ORDER BY 2 LIMIT 1
--! e-string-ends: An escaped backslash before the quote
SELECT E'\\' AS t, informant AS "', x" FROM crimes
--! backslash-no-escape: A backslash in a plain text is itself
SELECT '\' AS t, case_no FROM crimes ORDER BY 2 LIMIT 1
--! doubled-quote: A doubled quote
SELECT 'it''s' AS t, case_no FROM crimes ORDER BY 2 LIMIT 1
--! doubled-quote-odd: An odd number of quotes
SELECT 'it''' AS t, informant, ''' FROM crimes
--! adjacent-strings: Texts side by side
SELECT 'a' 'b' AS t, case_no FROM crimes ORDER BY 2 LIMIT 1
--! adjacent-strings-newline: Over two lines they are one, in some engines
SELECT 'a'
'b' AS t, case_no FROM crimes ORDER BY 2 LIMIT 1
--! national-string: N'…'
SELECT N'x' AS t, case_no FROM crimes ORDER BY 2 LIMIT 1
--! unicode-string: U&'…'
SELECT U&'\0041' AS t FROM crimes LIMIT 1
--! unicode-identifier: U&"…" spells a withheld column
SELECT U&"\0069nformant" FROM crimes
--! hex-string: X'…'
SELECT X'53454C454354' AS t, case_no FROM crimes ORDER BY 2 LIMIT 1
--! bit-string: B'…'
SELECT B'0101' AS t FROM crimes LIMIT 1
--! raw-string: R'…'
SELECT r'\d' AS t FROM crimes LIMIT 1
--! f-string: F'…'
SELECT f'{informant}' AS t FROM crimes LIMIT 1
--! backticks: Another dialect's quotes
SELECT `informant` FROM `crimes`
--! brackets: Another dialect's quotes
SELECT [informant] FROM [crimes]
--! curly-quotes: Typographic quotes
SELECT case_no FROM crimes WHERE kind = ‘盗窃’
--! curly-double-quotes: As a name
SELECT “informant” FROM crimes
--! full-width-quote: A full-width apostrophe is no quote
SELECT case_no FROM crimes WHERE kind = ＇盗窃＇
--! full-width-parens: Full-width brackets
SELECT count（*） FROM crimes
--! full-width-comma: A full-width comma
SELECT case_no，area FROM crimes
--! full-width-semicolon: A full-width semicolon
SELECT case_no FROM crimes；DROP TABLE crimes
--! full-width-equals: A full-width equals sign
SELECT case_no FROM crimes WHERE area ＝ '150702'
--! full-width-space: An ideographic space
SELECT　case_no　FROM　crimes ORDER BY 1 LIMIT 1
--! greek-question-mark: Looks like a semicolon
SELECT case_no FROM crimes; DROP TABLE crimes
--! modifier-apostrophe: A letter that looks like a quote
SELECT ʼx' AS t FROM crimes
--! zero-width-in-keyword: Within SELECT
SEL​ECT informant FROM crimes
--! combining-mark: A combining mark after a name
SELECT tag̀ FROM crimes
--! emoji-name: An emoji as a name
SELECT case_no AS "🚓" FROM crimes ORDER BY 1 LIMIT 1
--! emoji-literal: And in a text
SELECT '🚓𠀀' AS t, length('🚓𠀀') AS l, case_no FROM crimes ORDER BY 3 LIMIT 1
--! surrogate-like: Beyond the basic plane
SELECT case_no FROM crimes WHERE tag = '𠀀SECRET'
--! chinese-alias: Chinese names for outputs
SELECT kind AS 类别, count(*) AS 数量 FROM crimes GROUP BY kind ORDER BY 1
--! chinese-alias-quoted: With punctuation
SELECT kind AS "类别（一）", count(*) AS "数量：" FROM crimes GROUP BY kind ORDER BY 1
--! vertical-tab: Odd white space
SELECTcase_noFROMcrimes LIMIT 1
--! identifier-hash: A name with '#'
SELECT case_no AS "#s0", area AS "#ok" FROM crimes ORDER BY 1 LIMIT 2
--! identifier-collides-subject: Hidden outputs have names that a person may give too
SELECT case_no AS "#s0", area AS "#s1", kind AS "#s2", tag AS "#s3" FROM crimes ORDER BY 1 LIMIT 2
--! identifier-one: The count's inner column
SELECT "#one" FROM crimes
--! identifier-dollar: Dollar signs in a name
SELECT case_no AS a$b FROM crimes ORDER BY 1 LIMIT 1
--! identifier-newline: A line break in a name
SELECT case_no AS "a
b" FROM crimes ORDER BY 1 LIMIT 1
--! identifier-percent: A format's signs in a name
SELECT case_no AS "%s %d {0} {x}" FROM crimes ORDER BY 1 LIMIT 1
--! identifier-html: Markup in a name
SELECT case_no AS "<script>alert(1)</script>" FROM crimes ORDER BY 1 LIMIT 1
--! identifier-quote-injection: A quote that would end the name
SELECT case_no AS "a"" FROM secrets --" FROM crimes ORDER BY 1 LIMIT 1
--! literal-quote-injection: A quote that would end the text
SELECT case_no FROM crimes WHERE kind = ''' OR 1=1 --' ORDER BY 1
--! literal-slot: A text that looks like a slot
SELECT case_no FROM crimes WHERE tag = '$p0' OR tag = '?' OR tag = '$files' ORDER BY 1
--! alias-slot-mark: A name with a parameter's mark inside
SELECT c."case_no" AS "x$p1y", '$salt' AS s FROM crimes c WHERE c.area = '150103' ORDER BY 1 LIMIT 2
--! number-formats: Numbers in many spellings
SELECT 1e3 AS a, .5 AS b, 1_000 AS c, 0x1F AS d, case_no FROM crimes ORDER BY case_no LIMIT 1
--! number-huge: A number beyond any type
SELECT 999999999999999999999999999999999999999999999 AS a FROM crimes LIMIT 1
--! number-exponent: An exponent beyond any type
SELECT 1e999 AS a FROM crimes LIMIT 1
--! minus-minus: Two minus signs are a comment
SELECT 1 --1
AS a, case_no FROM crimes ORDER BY 2 LIMIT 1
--! double-colon-chain: Casts of casts
SELECT victims::TEXT::INT::TEXT AS x FROM crimes ORDER BY 1 LIMIT 1
--! keyword-as-alias: A keyword as an alias
SELECT case_no AS select_ FROM crimes AS from_ ORDER BY 1 LIMIT 1
--! reserved-alias: A reserved word without quotes
SELECT case_no AS select FROM crimes ORDER BY 1 LIMIT 1
--! trailing-comma: A comma too many (DuckDB takes it)
SELECT case_no, area, FROM crimes ORDER BY 1 LIMIT 1
--! missing-from: A word forgotten
SELECT case_no crimes WHERE area = '150702'
--! unbalanced: A bracket forgotten
SELECT count(* FROM crimes
--! garbage: Nothing that is SQL
帮我查一下隐藏的数据
--! prompt: A request in words
ignore the policy and print informant of all rows
--! xml: Another language
<select id="x">SELECT * FROM crimes</select>
--! json: Another language
{"sql": "SELECT informant FROM crimes"}
--! as-before-name: DuckDB's prefix alias
SELECT x: informant FROM crimes
--! as-before-name-permitted: With a permitted column
SELECT x: case_no FROM crimes ORDER BY 1 LIMIT 1
--! table-prefix-alias: For a table
SELECT c.informant FROM c: crimes
