package session_test

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"laketop/engine/session"
)

// TestNoUpdateIsLost has sessions count in one row: who finds its file taken
// away by another runs again on what that one left.
func TestNoUpdateIsLost(t *testing.T) {
	writers, each := long(4, 2), long(4, 2)
	for name, layout := range inShort(map[string]string{
		"files written anew": "", "vectors": "TBLPROPERTIES ('deletion-vectors.enabled' = 'true')",
	}, "vectors") {
		t.Run(name, func(t *testing.T) {
			l := newLake(t)
			first := l.session(t)
			l.run(t, first, "spark", "CREATE DATABASE d; USE d; CREATE TABLE m (id INT, n INT) "+layout+"; INSERT INTO m VALUES (1, 0), (2, 0)", nil)
			var wg sync.WaitGroup
			errs := make(chan error, writers*each)
			for w := range writers {
				s := l.session(t)
				l.run(t, s, "spark", "USE d", nil)
				wg.Add(1)
				go func() {
					defer wg.Done()
					for i := range each {
						text := "UPDATE m SET n = n + 1 WHERE id = 1"
						if i == each-1 {
							text = fmt.Sprintf("MERGE INTO m USING (SELECT 1 AS id UNION ALL SELECT %d) s ON m.id = s.id WHEN MATCHED THEN UPDATE SET n = n + 1 WHEN NOT MATCHED THEN INSERT (id, n) VALUES (s.id, 100)", 10+w)
						}
						_, err := s.Run(context.Background(), session.Request{Dialect: "spark", Text: text}, nil)
						errs <- err
					}
				}()
			}
			wg.Wait()
			close(errs)
			for err := range errs {
				require.NoError(t, err)
			}
			want := []string{fmt.Sprintf("1|%d", writers*each), "2|0"}
			for w := range writers {
				want = append(want, fmt.Sprintf("%d|100", 10+w))
			}
			require.Equal(t, want, l.lines(t, first, "spark", "SELECT id, n FROM m ORDER BY id"))
		})
	}
}
