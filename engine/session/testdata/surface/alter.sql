-- ALTER TABLE, and files of every schema read as the newest one says
CREATE TABLE t (id INT, name STRING, r STRUCT<x: INT, y: STRING>, n FLOAT) USING paimon;
INSERT INTO t VALUES (1, 'a', named_struct('x', 1, 'y', 'p'), 1.5);
ALTER TABLE t ADD COLUMN score INT COMMENT 'points';
INSERT INTO t VALUES (2, 'b', named_struct('x', 2, 'y', 'q'), 2.5, 10);
ALTER TABLE t ADD COLUMNS (a INT FIRST, b STRING AFTER id);
DESCRIBE t;
ALTER TABLE t ALTER COLUMN id TYPE BIGINT;
ALTER TABLE t ALTER COLUMN score TYPE DOUBLE;
ALTER TABLE t ALTER COLUMN n TYPE DOUBLE;
-- both refuse
ALTER TABLE t ALTER COLUMN id TYPE INT;
-- both refuse
ALTER TABLE t ALTER COLUMN name TYPE INT;
-- both refuse
ALTER TABLE t ALTER COLUMN n TYPE FLOAT;
ALTER TABLE t RENAME COLUMN name TO title;
ALTER TABLE t DROP COLUMN b;
ALTER TABLE t ADD COLUMN b STRING;
ALTER TABLE t ALTER COLUMN title FIRST;
ALTER TABLE t ALTER COLUMN score AFTER title;
INSERT INTO t VALUES ('c', 30.5, NULL, 3, NULL, NULL, 'new');
ALTER TABLE t ALTER COLUMN title COMMENT 'a title';
DESCRIBE t;
ALTER TABLE t SET TBLPROPERTIES ('snapshot.num-retained.max' = '20', 'write-buffer-size' = '256 mb');
SHOW TBLPROPERTIES t ('snapshot.num-retained.max');
ALTER TABLE t UNSET TBLPROPERTIES ('write-buffer-size');
ALTER TABLE t DROP COLUMNS (a, n);
-- both refuse
ALTER TABLE t DROP COLUMN nothing;
-- both refuse
ALTER TABLE t ADD COLUMN title INT;
-- both refuse
ALTER TABLE t SET TBLPROPERTIES ('bucket' = '-2');
ALTER TABLE t RENAME TO u;
SELECT title, score FROM u;
-- both refuse
SELECT * FROM t;
CREATE TABLE nested (r STRUCT<x: INT, y: STRING>, l ARRAY<STRUCT<p: INT>>) USING paimon;
INSERT INTO nested VALUES (named_struct('x', 1, 'y', 'p'), array(named_struct('p', 5)));
-- only laketop: 0.9 changes no members of columns, 1.4 does
ALTER TABLE nested ALTER COLUMN r.x TYPE BIGINT;
-- only laketop: as above
ALTER TABLE nested ADD COLUMN r.z DOUBLE;
-- only laketop: as above
ALTER TABLE nested RENAME COLUMN r.y TO why;
-- only laketop: as above
ALTER TABLE nested ADD COLUMN l.element.q STRING;
-- only laketop: as above
SELECT r.x, r.why, r.z, l[0].q FROM nested;
CREATE TABLE nn (id INT NOT NULL, v STRING NOT NULL) USING paimon;
INSERT INTO nn VALUES (1, 'a');
-- both refuse
INSERT INTO nn VALUES (2, NULL);
ALTER TABLE nn ALTER COLUMN v DROP NOT NULL;
INSERT INTO nn VALUES (2, NULL);
CREATE TABLE p (v INT, dt STRING, h INT) USING paimon PARTITIONED BY (dt, h);
INSERT INTO p VALUES (1, 'a', 1), (2, 'b', 1), (3, 'c', 1), (4, 'c', 2);
ALTER TABLE p DROP PARTITION (dt = 'a', h = 1);
ALTER TABLE p DROP IF EXISTS PARTITION (dt = 'zz', h = 1);
-- both refuse
ALTER TABLE p DROP COLUMN dt;
-- both refuse
ALTER TABLE p RENAME COLUMN dt TO d2;
ALTER TABLE p SET TBLPROPERTIES ('comment' = 'of the table');
CREATE TABLE k (id INT, v STRING) USING paimon TBLPROPERTIES ('primary-key' = 'id', 'bucket' = '1');
INSERT INTO k VALUES (1, 'a');
-- both refuse
ALTER TABLE k DROP COLUMN id;
-- both refuse
ALTER TABLE k SET TBLPROPERTIES ('merge-engine' = 'first-row');
SHOW TBLPROPERTIES k ('primary-key');
ALTER TABLE k ADD COLUMN w INT FIRST;
INSERT INTO k VALUES (7, 1, 'b'), (8, 2, 'c');
ALTER TABLE k ALTER COLUMN w TYPE BIGINT;
ALTER TABLE k RENAME COLUMN v TO value;
UPDATE k SET value = concat(value, w) WHERE id = 1;
