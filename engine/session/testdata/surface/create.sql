-- tables, their keys, options and what is shown of them
CREATE TABLE plain (id INT, s STRING COMMENT 'text', n DECIMAL(10, 2), at TIMESTAMP, d DATE, b BOOLEAN, l ARRAY<INT>, m MAP<STRING, BIGINT>, r STRUCT<x: INT, y: STRING>) USING paimon COMMENT 'first';
INSERT INTO plain VALUES (1, 'a', 1.25, TIMESTAMP '2026-01-01 10:00:00.123456', DATE '2026-02-03', true, array(1, NULL), map('k', 7L), named_struct('x', 1, 'y', 'z')), (2, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO plain (id, s) VALUES (3, 'only these');
SELECT r.x, l[0], m['k'], at FROM plain ORDER BY id;
CREATE TABLE IF NOT EXISTS plain (other INT);
-- both refuse
CREATE TABLE plain (other INT);
CREATE TABLE keyed (id BIGINT NOT NULL, v STRING, dt STRING) USING paimon PARTITIONED BY (dt) TBLPROPERTIES ('primary-key' = 'dt,id', 'bucket' = '2');
INSERT INTO keyed VALUES (1, 'a', 'x'), (1, 'b', 'y'), (2, 'c', 'x');
INSERT INTO keyed VALUES (1, 'A', 'x'), (3, 'd', 'z');
DESCRIBE keyed;
DESCRIBE plain;
-- differs: the column is col_name in Spark without Paimon, and here
SHOW COLUMNS FROM keyed;
SHOW TABLES;
SHOW TABLES LIKE 'p*';
SHOW PARTITIONS keyed;
SHOW PARTITIONS keyed PARTITION (dt = 'x');
SHOW TBLPROPERTIES keyed ('bucket');
-- differs: Java makes a database named default
SHOW DATABASES LIKE 'd*';
CREATE TABLE copied USING paimon TBLPROPERTIES ('bucket' = '1', 'primary-key' = 'id') AS SELECT id, v FROM keyed WHERE dt = 'x';
-- unread
CREATE TABLE tiny (b BYTE, s SHORT, f FLOAT, d DOUBLE, c CHAR(4), v VARCHAR(5), x BINARY, n TIMESTAMP_NTZ) USING paimon;
-- unread
INSERT INTO tiny VALUES (1Y, 2S, CAST(1.5 AS FLOAT), 2.5D, 'ab', 'abc', X'00FF', TIMESTAMP_NTZ '2026-01-01 01:02:03'), (-128Y, -32768S, CAST('NaN' AS FLOAT), double('-Infinity'), NULL, '', X'', NULL);
DESCRIBE tiny;
-- differs: the types of columns are shown with their length
SELECT * FROM tiny;
SELECT b, s, f, d, concat(c, '|'), concat(v, ''), x, n FROM tiny;
SELECT typeof(b), typeof(s), typeof(f), typeof(d), typeof(c), typeof(v), typeof(x), typeof(n) FROM tiny LIMIT 1;
-- both refuse
CREATE TABLE bad (id INT) USING paimon TBLPROPERTIES ('primary-key' = 'nope');
-- both refuse
INSERT INTO keyed VALUES (1, 'a');
-- both refuse
SELECT nope FROM keyed;
DROP TABLE copied;
DROP TABLE IF EXISTS copied;
-- both refuse
DROP TABLE copied;
CREATE DATABASE other;
CREATE TABLE other.t (a INT) USING paimon;
INSERT INTO other.t VALUES (1);
-- both refuse
DROP DATABASE other;
DROP DATABASE other CASCADE;
SHOW DATABASES LIKE 'other';
