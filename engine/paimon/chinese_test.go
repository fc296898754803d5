package paimon_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"laketop/engine/catalog"
	"laketop/engine/datatype"
	"laketop/engine/fileio/mem"
	"laketop/engine/paimon/footer"
	"laketop/engine/paimon/merge"
	"laketop/engine/paimon/scan"
	"laketop/engine/paimon/schema"
	"laketop/engine/paimon/snapshot"
	"laketop/engine/problem"
)

// englishWords are two words or more of prose.
var englishWords = regexp.MustCompile(`[A-Za-z]+ [A-Za-z]+`)

// made is the error of making a table of (dt STRING, id INT, v INT, m MAP<INT,
// INT>), its partition key dt.
func made(options map[string]string, primary ...string) error {
	fields := []datatype.Field{field("dt", "STRING"), field("id", "INT"), field("v", "INT"), field("m", "MAP<INT, INT>")}
	s, err := schema.New(fields, []string{"dt"}, primary, options, "", 0)
	if err == nil && len(primary) > 0 {
		_, err = merge.Of(s)
	}
	return err
}

func TestMistakesAreToldInChinese(t *testing.T) {
	with := func(option, value string) map[string]string { return map[string]string{option: value} }
	there, err := schema.New([]datatype.Field{field("dt", "STRING"), field("id", "INT"), field("v", "INT")}, []string{"dt"}, []string{"dt", "id"}, nil, "", 0)
	require.NoError(t, err)
	changed := func(hasRows bool, c schema.Change) error {
		_, err := there.Change([]schema.Change{c}, schema.Facts{HasSnapshots: hasRows})
		return err
	}
	_, badMode := footer.ModesOf(with("fields.v.stats-mode", "all"))
	table := create(t, env(mem.New()), nil, nil, field("v", "INT"))
	for name, tc := range map[string]struct {
		err  error
		want string
	}{
		"a word that an option does not know": {made(with("merge-engine", "sum"), "dt", "id"), "表选项 merge-engine 不能为 sum：应为 deduplicate, partial-update, aggregation, first-row 之一"},
		"a flag that is none":                 {made(with("ignore-delete", "yes"), "dt", "id"), "表选项 ignore-delete 不能为 yes：应为 true 或 false"},
		"a number that is too small":          {made(with("num-levels", "1"), "dt", "id"), "表选项 num-levels 不能为 1：应为不小于 2 的整数"},
		"a duration that is none":             {made(with("snapshot.time-retained", "Soon")), "表选项 snapshot.time-retained 不能为 Soon：\"soon\" 不是有效的时长，正确写法如 1 h 或 7 d"},
		"a size that is none":                 {made(with("target-file-size", "many")), "表选项 target-file-size 不能为 many：\"many\" 不是有效的大小，正确写法如 128 mb 或 1 g"},
		"statistics of no kind":               {badMode, "表选项 fields.v.stats-mode 不能为 all：应为 none, counts, full, truncate(n) 之一"},
		"a column that is none":               {made(with("sequence.field", "x"), "dt", "id"), "表选项 sequence.field 不能为 x：没有列 x"},
		"a key that is no column":             {made(nil, "dt", "x"), "无法创建此表：主键 x 不是表的列"},
		"a key of a type that none has":       {made(nil, "dt", "m"), "无法创建此表：主键 m 的类型为 MAP<INT, INT>"},
		"a key twice":                         {made(nil, "dt", "id", "id"), "无法创建此表：主键 id 重复出现"},
		"a primary key of partitions only":    {made(nil, "dt"), "无法创建此表：主键与分区键相同，每个分区只会有一行"},
		"buckets by the partition":            {made(map[string]string{"bucket": "2", "bucket-key": "dt"}), "表选项 bucket-key 不能为 dt：列 dt 是分区键，同一分区内所有行的值都相同"},
		"a sum of maps": {made(map[string]string{"bucket": "1", "merge-engine": "aggregation", "fields.m.aggregate-function": "sum"}, "dt", "id"),
			"列 m 的类型为 MAP<INT, INT>，聚合函数 sum 适用于：数值"},
		"an order by a map":       {made(with("sequence.field", "m"), "dt", "id"), "选项 sequence.field 的值为 m，可用值：可排序的列"},
		"to drop a key":           {changed(true, schema.DropColumn{Path: []string{"dt"}}), "无法这样修改此表：列 dt 是分区键，不能删除"},
		"another type of a key":   {changed(true, schema.UpdateType{Path: []string{"id"}, Type: field("", "BIGINT").Type}), "无法这样修改此表：列 id 是主键，不能修改其类型"},
		"a column that is there":  {changed(true, schema.AddColumn{Path: []string{"v"}, Type: field("", "INT").Type}), "无法这样修改此表：列 v 已存在"},
		"a member of a number":    {changed(true, schema.DropColumn{Path: []string{"v", "x"}}), "无法这样修改此表：列 v 的类型为 INT，没有成员 x"},
		"nulls that are refused":  {changed(true, schema.UpdateNullability{Path: []string{"v"}, NotNull: true}), "无法这样修改此表：列 v 可能含有 NULL，不能改为 NOT NULL"},
		"buckets of what is full": {changed(true, schema.SetOption{Key: "bucket", Value: "4"}), "表选项 bucket 不能为 4：表中已有数据，不能再增加或取消分桶"},
		"a tag's name":            {snapshot.CheckTag("a/b"), "“a/b”不能作为标签名称：含有文件名不允许的字符"},
		"a branch's name":         {table.CreateBranch(t.Context(), "12", scan.Options{}), "“12”不能作为分支名称：不能是 main 或纯数字"},
		"a table's name":          {catalog.CheckTable("a:b"), "“a:b”不能作为表名称：含有字符 :"},
		"a table that is not written": {foreign(t, func(s *schema.Schema) { s.PrimaryKeys = []string{"v"} }).Writable(),
			"表 db.t 的分桶方式（动态分桶）目前只能读取，不能写入"},
		"a bucket function that is none": {foreign(t, func(s *schema.Schema) {
			s.Options = map[string]string{"bucket": "2", "bucket-key": "v", "bucket-function.type": "crc"}
		}).Writable(), "无法创建此表：选项 bucket-function.type = crc：应为 default、mod 或 hive"},
	} {
		t.Run(name, func(t *testing.T) {
			p, ok := problem.As(tc.err)
			require.True(t, ok, "%v", tc.err)
			require.Equal(t, tc.want, p.Message("zh-CN"))
			require.NotRegexp(t, englishWords, strings.ReplaceAll(p.Message("zh-CN"), "NOT NULL", ""))
		})
	}
}
