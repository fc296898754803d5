package source_test

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"laketop/engine/problem"
	"laketop/engine/source"
)

func write(t *testing.T, path, text string) {
	t.Helper()
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
}

func names(files []source.File) []string {
	var out []string
	for _, f := range files {
		out = append(out, filepath.Base(f.URI))
	}
	return out
}

func TestLocalGlobs(t *testing.T) {
	dir := t.TempDir()
	for _, n := range []string{"e/a.parquet", "e/b.parquet", "e/_SUCCESS", "e/.hidden.parquet", "e/deep/c.parquet", "u/a.parquet", "名字 with space.csv", "mine, 2026/a.csv", "mine, 2026/b.csv"} {
		write(t, filepath.Join(dir, n), n)
	}
	s := source.New(source.Options{Dir: dir})
	for name, tc := range map[string]struct {
		glob string
		want []string
	}{
		"star":              {"e/*.parquet", []string{"a.parquet", "b.parquet"}},
		"double star":       {"e/**/*.parquet", []string{"a.parquet", "b.parquet", "c.parquet"}},
		"alternatives":      {"{e,u}/a.parquet", []string{"a.parquet", "a.parquet"}},
		"a list":            {"e/b.parquet, u/*.parquet", []string{"b.parquet", "a.parquet"}},
		"a comma in a name": {"mine, 2026/*.csv", []string{"a.csv", "b.csv"}},
		"a folder":          {"e", []string{"a.parquet", "b.parquet"}},
		"absolute":          {filepath.Join(dir, "u/*"), []string{"a.parquet"}},
		"Chinese, a space":  {"名字 with space.csv", []string{"名字 with space.csv"}},
		"nothing":           {"x/*.parquet", nil},
	} {
		t.Run(name, func(t *testing.T) {
			files, err := s.List(context.Background(), tc.glob)
			require.NoError(t, err)
			require.Equal(t, tc.want, names(files))
			require.Zero(t, s.Requests())
		})
	}
}

// s3Server starts moto's S3 server and fills a bucket.
func s3Server(t *testing.T, objects map[string]string) (endpoint string) {
	t.Helper()
	judges := os.Getenv("LAKETOP_JUDGES")
	if judges == "" {
		judges = "/opt/laketop-judges"
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	port := l.Addr().(*net.TCPAddr).Port
	require.NoError(t, l.Close())
	cmd := exec.Command(filepath.Join(judges, "bin", "moto_server"), "-H", "127.0.0.1", "-p", fmt.Sprint(port))
	require.NoError(t, cmd.Start(), "moto is missing: make judges")
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	endpoint = fmt.Sprintf("http://127.0.0.1:%d", port)
	put := func(path, body string) error {
		req, err := http.NewRequest(http.MethodPut, endpoint+path, strings.NewReader(body))
		if err != nil {
			return err
		}
		req.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=x/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=x")
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			return err
		}
		defer resp.Body.Close()
		if resp.StatusCode != http.StatusOK {
			return fmt.Errorf("%s: %s", path, resp.Status)
		}
		return nil
	}
	require.Eventually(t, func() bool { return put("/game", "") == nil }, 20*time.Second, 100*time.Millisecond)
	for key, text := range objects {
		require.NoError(t, put("/game/"+key, text))
	}
	return endpoint
}

func TestObjectStore(t *testing.T) {
	if testing.Short() {
		t.Skip("starts a real S3-compatible server: left out by make test-short")
	}
	big := strings.Repeat("0123456789", 100_000)
	endpoint := s3Server(t, map[string]string{"e/a.parquet": "aaa", "e/b.parquet": big, "e/_SUCCESS": "", "u/c.parquet": "c"})
	env := map[string]string{"AWS_ENDPOINT_URL": endpoint, "AWS_ACCESS_KEY_ID": "k", "AWS_SECRET_ACCESS_KEY": "s"}
	cache := t.TempDir()
	var told []int64
	open := func(limit int64) *source.Sources {
		return source.New(source.Options{CacheDir: cache, CacheLimitBytes: limit, Env: func(k string) string { return env[k] }, Progress: func(done, total int64) { told = append(told, done, total) }})
	}
	ctx := context.Background()
	s := open(0)

	files, err := s.List(ctx, "s3://game/e/*.parquet")
	require.NoError(t, err)
	require.Equal(t, []string{"a.parquet", "b.parquet"}, names(files))
	require.EqualValues(t, len(big), files[1].SizeBytes)

	fetched, err := s.Fetch(ctx, files)
	require.NoError(t, err)
	data, err := os.ReadFile(fetched[1].LocalPath)
	require.NoError(t, err)
	require.Equal(t, big, string(data))
	require.Equal(t, []int64{int64(len(big) + 3), int64(len(big) + 3)}, told[len(told)-2:])

	t.Run("a second fetch asks for nothing", func(t *testing.T) {
		before := s.Requests()
		_, err := s.Fetch(ctx, files)
		require.NoError(t, err)
		require.Equal(t, before, s.Requests())
	})
	t.Run("a broken fetch is taken up where it ended", func(t *testing.T) {
		require.NoError(t, os.Remove(fetched[1].LocalPath))
		require.NoError(t, os.WriteFile(fetched[1].LocalPath+".part", []byte(big[:400_000]), 0o600))
		told = nil
		again, err := s.Fetch(ctx, files[1:])
		require.NoError(t, err)
		data, err := os.ReadFile(again[0].LocalPath)
		require.NoError(t, err)
		require.Equal(t, big, string(data))
		require.Greater(t, told[0], int64(400_000), "the first told byte is after what was there")
	})
	t.Run("an explicit list needs no listing", func(t *testing.T) {
		files, err := s.List(ctx, "s3://game/e/a.parquet,s3://game/u/c.parquet")
		require.NoError(t, err)
		require.Equal(t, []string{"a.parquet", "c.parquet"}, names(files))
	})
	t.Run("the least recently used object makes room", func(t *testing.T) {
		small := open(int64(len(big)))
		other, err := small.List(ctx, "s3://game/u/*.parquet")
		require.NoError(t, err)
		_, err = small.Fetch(ctx, other)
		require.NoError(t, err)
		_, err = os.Stat(fetched[1].LocalPath)
		require.ErrorIs(t, err, os.ErrNotExist)
	})
	t.Run("a missing object is named", func(t *testing.T) {
		_, err := s.List(ctx, "s3://game/e/none.parquet")
		p, ok := problem.As(err)
		require.True(t, ok)
		require.Equal(t, "source.no_object", p.Code)
	})
	t.Run("a missing bucket is named", func(t *testing.T) {
		_, err := s.List(ctx, "s3://nobody/e/*.parquet")
		p, ok := problem.As(err)
		require.True(t, ok)
		require.Equal(t, "source.no_bucket", p.Code)
		require.Equal(t, "s3://nobody", p.Args["bucket"])
	})
}

func TestAStoreThatCannotBeReachedIsNotARefusal(t *testing.T) {
	env := map[string]string{"AWS_ENDPOINT_URL": "http://127.0.0.1:1", "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b"}
	_, err := source.New(source.Options{Env: func(name string) string { return env[name] }, Dir: t.TempDir()}).List(context.Background(), "s3://game/e/*.parquet")
	p, ok := problem.As(err)
	require.True(t, ok)
	require.Equal(t, "source.unreachable", p.Code)
}

func TestADeniedListingAsksForAnExplicitList(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusForbidden)
		_, _ = w.Write([]byte("<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>"))
	}))
	t.Cleanup(server.Close)
	env := map[string]string{"AWS_ENDPOINT_URL": server.URL}
	_, err := source.New(source.Options{Env: func(name string) string { return env[name] }, Dir: t.TempDir()}).List(context.Background(), "s3://game/e/*.parquet")
	p, ok := problem.As(err)
	require.True(t, ok)
	require.Equal(t, "source.listing", p.Code)
}

func TestOSSNeedsARegion(t *testing.T) {
	_, err := source.New(source.Options{}).List(context.Background(), "oss://somebucket/*.parquet")
	p, ok := problem.As(err)
	require.True(t, ok)
	require.Equal(t, "source.region", p.Code)
}

func TestUnknownScheme(t *testing.T) {
	_, err := source.New(source.Options{}).List(context.Background(), "gs://b/x")
	p, ok := problem.As(err)
	require.True(t, ok)
	require.Equal(t, "source.scheme", p.Code)
}

func TestMistakesAreToldInChinese(t *testing.T) {
	s := source.New(source.Options{Dir: t.TempDir(), CacheDir: t.TempDir(), CacheLimitBytes: 1})
	_, err := s.Fetch(t.Context(), []source.File{{URI: "s3://b/a.parquet", SizeBytes: 10}})
	p, ok := problem.As(err)
	require.True(t, ok, "%v", err)
	require.Equal(t, "s3://b/a.parquet could not be fetched: the object has 10 bytes, the cache's limit is 1", p.Message("en"))
	require.Equal(t, "无法获取 s3://b/a.parquet：对象有 10 字节，缓存的上限为 1 字节", p.Message("zh"))
	_, err = s.List(t.Context(), "a/[.parquet")
	p, ok = problem.As(err)
	require.True(t, ok, "%v", err)
	require.Equal(t, "无法把 a/[.parquet 读作路径模式：模式的语法有误", p.Message("zh"))
}
