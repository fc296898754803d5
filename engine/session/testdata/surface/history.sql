-- procedures, moments, branches, system tables, increments
CREATE TABLE t (id INT, v STRING) USING paimon TBLPROPERTIES ('primary-key' = 'id', 'bucket' = '1', 'changelog-producer' = 'input');
INSERT INTO t VALUES (1, 'a'), (2, 'b');
INSERT INTO t VALUES (2, 'B'), (3, 'c');
CALL sys.create_tag(table => 'd.t', tag => 'two', snapshot => 2);
CALL sys.create_tag('d.t', 'one', 1);
CALL sys.create_tag(table => 'd.t', tag => 'latest');
INSERT INTO t VALUES (4, 'd');
DELETE FROM t WHERE id = 1;
SELECT * FROM t VERSION AS OF 1;
SELECT * FROM t VERSION AS OF 2;
SELECT * FROM t VERSION AS OF 'two';
SELECT * FROM t FOR VERSION AS OF 'one';
SELECT * FROM t TIMESTAMP AS OF '2099-01-01 00:00:00';
SELECT count(*) FROM t TIMESTAMP AS OF current_timestamp();
CALL sys.create_tag('d.t', '1', 2);
SELECT * FROM t VERSION AS OF '1';
SELECT * FROM t VERSION AS OF 1;
SELECT * FROM t FOR SYSTEM_VERSION AS OF 1;
CALL sys.delete_tag('d.t', '1');
-- both refuse
SELECT * FROM t VERSION AS OF 99;
-- both refuse
SELECT * FROM t VERSION AS OF 'nothing';
SELECT tag_name, snapshot_id, schema_id, record_count FROM `t$tags` ORDER BY tag_name;
SELECT snapshot_id, schema_id, commit_kind, total_record_count, delta_record_count FROM `t$snapshots` ORDER BY snapshot_id;
SELECT * FROM `t$audit_log`;
SELECT schema_id, fields, partition_keys, primary_keys, comment FROM `t$schemas`;
SELECT * FROM `t$options` WHERE key IN ('bucket', 'changelog-producer');
SELECT bucket, schema_id, level, record_count, min_key, max_key, null_value_counts, min_value_stats, max_value_stats FROM `t$files` WHERE level = 0 ORDER BY min_key, max_key;
SELECT * FROM `t$ro`;
SELECT consumer_id, next_snapshot_id FROM `t$consumers`;
SELECT record_count, file_count FROM `t$partitions`;
SELECT count(*) > 0 FROM `t$manifests`;
-- within
SELECT * FROM `t$snapshots` LIMIT 0;
-- within
SELECT * FROM `t$schemas` LIMIT 0;
-- within
SELECT * FROM `t$options` LIMIT 0;
-- within
SELECT * FROM `t$files` LIMIT 0;
-- within
SELECT * FROM `t$tags` LIMIT 0;
-- differs: 1.4 has only the name and the time
SELECT * FROM `t$branches` LIMIT 0;
-- within
SELECT * FROM `t$consumers` LIMIT 0;
-- within
SELECT * FROM `t$manifests` LIMIT 0;
-- within
SELECT * FROM `t$partitions` LIMIT 0;
-- within
SELECT * FROM `t$statistics` LIMIT 0;
-- within
SELECT * FROM `t$aggregation_fields` LIMIT 0;
SET `spark.paimon.incremental-between` = 1,2;
SELECT * FROM t;
RESET `spark.paimon.incremental-between`;
SELECT * FROM paimon_incremental_query('t', 1, 3);
SELECT * FROM paimon_incremental_query('d.t', 'one', 'two');
CALL sys.create_branch('d.t', 'b', 'two');
CALL sys.create_branch(table => 'd.t', branch => 'empty');
SELECT * FROM `t$branch_b`;
INSERT INTO `t$branch_b` VALUES (10, 'of the branch'), (2, 'changed');
SELECT * FROM `t$branch_b`;
SELECT branch_name FROM `t$branches` ORDER BY branch_name;
INSERT INTO `t$branch_empty` VALUES (1, 'alone');
SELECT * FROM `t$branch_empty`;
CALL sys.fast_forward('d.t', 'b');
CALL sys.delete_branch('d.t', 'empty');
-- only laketop: a tag that is gone already is no error since 1.0
CALL sys.delete_tag('d.t', 'latest');
CALL sys.delete_tag('d.t', 'two');
CALL sys.create_tag('d.t', 'two', 2);
CALL sys.compact(table => 'd.t');
-- differs: Java copies the branch's hint EARLIEST too, which hides main's snapshots before the branch
SELECT commit_kind, total_record_count FROM `t$snapshots` ORDER BY snapshot_id;
-- differs: 1.4 tells the snapshots before and after
CALL sys.rollback(table => 'd.t', version => '2');
-- differs: as above
SELECT snapshot_id FROM `t$snapshots` ORDER BY snapshot_id;
-- differs: as above
CALL sys.rollback(table => 'd.t', version => 'one');
INSERT INTO t VALUES (5, 'e');
INSERT INTO t VALUES (6, 'f');
-- differs: as above
CALL sys.expire_snapshots(table => 'd.t', retain_max => 1, retain_min => 1);
SELECT count(*) FROM `t$snapshots`;
-- differs: 1.4 tells how many files and bytes
CALL sys.remove_orphan_files(table => 'd.t', older_than => '2020-01-01 00:00:00');
-- differs: as above
CALL sys.remove_orphan_files(table => 'd.t', dry_run => true);
CALL sys.reset_consumer(table => 'd.t', consumerId => 'c', nextSnapshotId => 3);
SELECT consumer_id, next_snapshot_id FROM `t$consumers`;
CALL sys.reset_consumer(table => 'd.t', consumerId => 'c');
-- both refuse
CALL sys.create_tag(table => 'd.nothing', tag => 'x');
-- both refuse
CALL sys.nothing(table => 'd.t');
-- both refuse
CALL sys.compact(tables => 'd.t');
CREATE TABLE p (v INT, w INT, dt STRING) USING paimon PARTITIONED BY (dt);
INSERT INTO p VALUES (1, 9, '2020-01-01'), (2, 8, '2021-01-01'), (3, 7, '2099-01-01');
INSERT INTO p VALUES (4, 6, '2020-01-01'), (5, NULL, '2021-01-01'), (6, 4, '2099-01-01');
CALL sys.compact(table => 'd.p', where => "dt < '2021-01-01'");
-- only laketop: 0.9 reads the value as a subtraction
CALL sys.compact(table => 'd.p', partitions => 'dt=2021-01-01');
CALL sys.expire_partitions(table => 'd.p', expiration_time => '365 d', timestamp_formatter => 'yyyy-MM-dd');
CALL sys.compact(table => 'd.p', order_strategy => 'order', order_by => 'v');
CALL sys.compact(table => 'd.p', order_strategy => 'zorder', order_by => 'v,w');
-- both refuse
CALL sys.compact(table => 'd.p', order_strategy => 'zorder', order_by => 'v,dt');
-- both refuse
CALL sys.compact(table => 'd.p', order_strategy => 'order');
-- both refuse
CALL sys.compact(table => 'd.t', order_strategy => 'order', order_by => 'v');
CALL sys.mark_partition_done(table => 'd.p', partitions => 'dt=2099-01-01');
