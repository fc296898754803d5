-- UPDATE, DELETE and MERGE of append tables and of tables with keys
CREATE TABLE a (id INT, name STRING, score DOUBLE, dt STRING) USING paimon PARTITIONED BY (dt);
INSERT INTO a VALUES (1, 'one', 1.5, 'x'), (2, 'two', NULL, 'x'), (3, NULL, 3.5, 'y'), (4, 'four', 4.5, 'z');
UPDATE a SET score = score + 1, name = upper(name) WHERE id >= 3;
UPDATE a SET name = 'never' WHERE score = NULL;
UPDATE a SET score = (SELECT max(score) FROM a) WHERE id IN (SELECT id FROM a WHERE name LIKE 't%');
UPDATE a SET dt = 'moved' WHERE id = 1;
UPDATE a SET score = id;
DELETE FROM a WHERE name IS NULL OR id = 1;
DELETE FROM a WHERE id = (SELECT min(id) FROM a);
INSERT INTO a VALUES (5, 'five', 5.0, 'p'), (6, 'six', 6.0, 'q'), (7, 'seven', 7.0, 'r'), (8, 'eight', 8.0, 'q'), (9, 'nine', 9.0, NULL);
DELETE FROM a WHERE dt = 'r';
DELETE FROM a WHERE dt IN ('p', 'z');
DELETE FROM a WHERE dt IS NULL;
DELETE FROM a WHERE dt = 'q' AND id > 7;
MERGE INTO a USING (SELECT 6 AS id, 'merged' AS name, 66.0D AS score, 'q' AS dt UNION ALL SELECT 10, 'ten', 10.0D, 'n') s ON a.id = s.id WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED THEN INSERT *;
MERGE INTO a t USING (SELECT 6 AS id, 'u' AS dt, 0.5D AS score, 1 AS v, '' AS name UNION ALL SELECT 10, 'u', 0.5D, 2, '' UNION ALL SELECT 11, 'u', 0.5D, 3, '' UNION ALL SELECT 12, 'u', 0.5D, 4, '') s ON t.id = s.id
  WHEN MATCHED AND s.v = 2 THEN DELETE WHEN MATCHED THEN UPDATE SET score = s.v, name = concat(t.name, '+') WHEN NOT MATCHED AND s.v > 3 THEN INSERT (id, name, dt, score) VALUES (s.id, 'made', 'w', s.v + s.score);
MERGE INTO a USING (SELECT 6 AS id) s ON a.id = s.id WHEN NOT MATCHED BY SOURCE THEN UPDATE SET name = 'left', score = 1.0;
MERGE INTO a USING (SELECT 6 AS id) s ON a.id = s.id WHEN NOT MATCHED BY SOURCE THEN DELETE;
MERGE INTO a USING (SELECT 99 AS id) s ON a.id = s.id WHEN MATCHED THEN DELETE;
-- both refuse
MERGE INTO a USING (SELECT 6 AS id UNION ALL SELECT 6) s ON a.id = s.id WHEN MATCHED THEN UPDATE SET score = 0;
DELETE FROM a;
CREATE TABLE k (id INT, name STRING, score DOUBLE, dt STRING) USING paimon PARTITIONED BY (dt) TBLPROPERTIES ('primary-key' = 'dt,id', 'bucket' = '2');
INSERT INTO k VALUES (1, 'one', 1.5, 'x'), (2, 'two', NULL, 'x'), (3, NULL, 3.5, 'y'), (4, 'four', 4.5, 'z');
UPDATE k SET score = coalesce(score, 0) + 1, name = concat(name, '?') WHERE id <> 4;
-- both refuse
UPDATE k SET id = 7;
-- both refuse
UPDATE k SET dt = 'q' WHERE id = 1;
DELETE FROM k WHERE name IS NULL;
DELETE FROM k WHERE dt = 'z';
INSERT INTO k VALUES (1, 'again', 0.0, 'x'), (5, 'five', 5.0, 'y');
MERGE INTO k USING (SELECT 1 AS id, 'x' AS dt, 'm' AS name, 9.0D AS score UNION ALL SELECT 8, 'y', 'n', 8.0D) s ON k.id = s.id AND k.dt = s.dt WHEN MATCHED THEN UPDATE SET name = s.name, score = k.score + s.score WHEN NOT MATCHED THEN INSERT *;
MERGE INTO k USING (SELECT 1 AS id UNION ALL SELECT 5) s ON k.id = s.id WHEN MATCHED AND k.score > 8 THEN DELETE WHEN MATCHED THEN UPDATE SET score = -1;
MERGE INTO k USING (SELECT 5 AS id) s ON k.id = s.id WHEN MATCHED THEN UPDATE SET score = -2 WHEN NOT MATCHED BY SOURCE THEN UPDATE SET name = 'unmatched';
CREATE TABLE part (id INT, a STRING, b STRING) USING paimon TBLPROPERTIES ('primary-key' = 'id', 'bucket' = '1', 'merge-engine' = 'partial-update');
INSERT INTO part VALUES (1, 'x', NULL), (2, 'y', 'z');
UPDATE part SET a = 'changed' WHERE id = 1;
MERGE INTO part USING (SELECT 1 AS id, '' AS a, '' AS b UNION ALL SELECT 5, '', '') s ON part.id = s.id WHEN MATCHED THEN UPDATE SET b = 'm' WHEN NOT MATCHED THEN INSERT (id, a, b) VALUES (s.id, NULL, 'new');
-- both refuse
DELETE FROM part WHERE b = 'm';
CREATE TABLE agg (id INT, n INT) USING paimon TBLPROPERTIES ('primary-key' = 'id', 'bucket' = '1', 'merge-engine' = 'aggregation', 'fields.n.aggregate-function' = 'sum');
INSERT INTO agg VALUES (1, 1), (1, 2);
-- both refuse
UPDATE agg SET n = 5;
CREATE TABLE m (id INT, v STRING) USING paimon;
INSERT INTO m VALUES (1, 'a'), (2, NULL);
-- only laketop: 0.9 looks for the columns that are inserted in the source
MERGE INTO m USING (SELECT 3 AS id) s ON m.id = s.id WHEN NOT MATCHED THEN INSERT (id, v) VALUES (s.id, 'c');
-- only laketop: 0.9 does not find the target's columns in this condition
MERGE INTO m USING (SELECT 3 AS id) s ON m.id = s.id WHEN NOT MATCHED BY SOURCE AND m.v IS NULL THEN DELETE;
CREATE TABLE dv (id INT, v STRING) USING paimon TBLPROPERTIES ('primary-key' = 'id', 'bucket' = '1', 'deletion-vectors.enabled' = 'true');
INSERT INTO dv VALUES (1, 'a'), (2, 'b'), (3, 'c');
UPDATE dv SET v = 'B' WHERE id = 2;
DELETE FROM dv WHERE id = 3;
INSERT INTO dv VALUES (1, 'A'), (4, 'd');
CREATE TABLE av (id INT, v STRING) USING paimon TBLPROPERTIES ('bucket' = '-1', 'deletion-vectors.enabled' = 'true');
INSERT INTO av VALUES (1, 'a'), (2, 'b'), (3, 'c');
INSERT INTO av VALUES (2, 'again'), (4, 'd');
DELETE FROM av WHERE id IN (2, 4);
UPDATE av SET v = upper(v) WHERE id = 3;
MERGE INTO av USING (SELECT 3 AS id, '' AS v UNION ALL SELECT 7, '') s ON av.id = s.id WHEN MATCHED THEN DELETE WHEN NOT MATCHED THEN INSERT (id, v) VALUES (s.id, 'seven');
