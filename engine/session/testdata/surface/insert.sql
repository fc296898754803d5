-- INSERT and INSERT OVERWRITE, with static and dynamic partitions
CREATE TABLE p (v INT, dt STRING, h INT) USING paimon PARTITIONED BY (dt, h);
INSERT INTO p VALUES (1, 'x', 1), (2, 'x', 2), (3, 'y', 1), (4, NULL, 1), (5, '', 2);
INSERT INTO p PARTITION (dt = 'x', h = 3) VALUES (6), (7);
INSERT INTO p PARTITION (dt = 'z', h) SELECT v + 100, h FROM p WHERE dt = 'x';
INSERT INTO p (h, v, dt) VALUES (9, 8, 'named');
INSERT INTO p SELECT v, dt, h FROM p WHERE v < 3;
SHOW PARTITIONS p;
INSERT OVERWRITE p PARTITION (dt = 'x', h = 1) VALUES (10);
INSERT OVERWRITE p PARTITION (dt = 'x') VALUES (11, 1), (12, 7);
SET spark.sql.sources.partitionOverwriteMode = dynamic;
INSERT OVERWRITE p VALUES (20, 'y', 1), (21, 'new', 1);
INSERT OVERWRITE p SELECT 30, 'x', 99 WHERE false;
SET spark.sql.sources.partitionOverwriteMode = static;
INSERT OVERWRITE p VALUES (1, 'x', 1), (2, 'y', 2);
CREATE TABLE k (id INT, v STRING) USING paimon TBLPROPERTIES ('primary-key' = 'id', 'bucket' = '2');
INSERT INTO k VALUES (1, 'a'), (2, 'b'), (1, 'later');
INSERT INTO k SELECT id + 1, concat(v, '!') FROM k;
INSERT OVERWRITE k VALUES (9, 'z');
INSERT INTO k VALUES (9, NULL), (10, 'ten');
INSERT OVERWRITE k SELECT * FROM k WHERE false;
-- both refuse
INSERT INTO k VALUES (NULL, 'a');
CREATE TABLE agg (id INT, total BIGINT, most INT, words STRING) USING paimon TBLPROPERTIES ('primary-key' = 'id', 'bucket' = '1', 'merge-engine' = 'aggregation', 'fields.total.aggregate-function' = 'sum', 'fields.most.aggregate-function' = 'max', 'fields.words.aggregate-function' = 'listagg');
INSERT INTO agg VALUES (1, 10, 3, 'a'), (2, 1, 1, NULL);
INSERT INTO agg VALUES (1, 5, 2, 'b'), (2, NULL, 7, 'c'), (3, 1, 1, 'd');
CREATE TABLE part (id INT, a STRING, b INT) USING paimon TBLPROPERTIES ('primary-key' = 'id', 'bucket' = '1', 'merge-engine' = 'partial-update');
INSERT INTO part VALUES (1, 'a', NULL), (2, NULL, 2);
INSERT INTO part VALUES (1, NULL, 10), (2, 'b', NULL);
CREATE TABLE one (id INT, v STRING) USING paimon TBLPROPERTIES ('primary-key' = 'id', 'bucket' = '1', 'merge-engine' = 'first-row');
INSERT INTO one VALUES (1, 'first'), (2, 'x');
INSERT INTO one VALUES (1, 'second'), (3, 'y');
CREATE TABLE bk (id INT, v STRING) USING paimon TBLPROPERTIES ('bucket' = '3', 'bucket-key' = 'id');
INSERT INTO bk VALUES (1, 'a'), (1, 'b'), (2, 'c'), (3, 'd');
TRUNCATE TABLE bk;
TRUNCATE TABLE k;
TRUNCATE TABLE p PARTITION (dt = 'x', h = 1);
-- unread
CREATE TABLE casts (id INT, n DECIMAL(5, 2), day DATE, at TIMESTAMP, f FLOAT, c CHAR(3), w VARCHAR(3)) USING paimon;
-- unread
INSERT INTO casts VALUES ('7', ' 1.255 ', '2026-01-02', '2026-01-02 03:04:05', '1.5', 'a', 'b  ');
-- unread
INSERT INTO casts VALUES (2147483647.9, 2, DATE '2026-01-03', DATE '2026-01-03', 1e39, 'abc  ', 'abc  ');
SELECT id, n, day, at, f, concat(c, '|'), concat(w, '|') FROM casts;
SELECT id FROM casts WHERE c = 'a' OR c IN ('abc', 'x') OR c > 'zz';
SELECT id, c = 'a  ', c = 'a      ', c < 'abc', c <=> 'a', w = 'b' FROM casts;
-- only spark: what does not fit is NULL or cut to its low bits there, and an error here
INSERT INTO casts (id) VALUES (2147483648);
-- only spark: as above
INSERT INTO casts (n) VALUES (999.999);
-- only spark: as above
INSERT INTO casts (day) VALUES ('2026-02-30');
-- both refuse
INSERT INTO casts (c) VALUES ('abcd');
SELECT CAST(999.999 AS DECIMAL(5, 2)), CAST(999.994 AS DECIMAL(5, 2)), CAST(1e39 AS FLOAT), CAST(-1e39 AS FLOAT);
