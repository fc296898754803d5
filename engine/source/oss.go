package source

import (
	"context"
	"fmt"
	"net/http"
	"regexp"

	"github.com/aliyun/alibabacloud-oss-go-sdk-v2/oss"
	"github.com/aliyun/alibabacloud-oss-go-sdk-v2/oss/credentials"

	"laketop/engine/problem"
)

// ossStore speaks OSS's own protocol. Without keys it asks anonymously, as
// public buckets allow.
type ossStore struct{ client *oss.Client }

// regional finds the region in a bucket that carries it at its end, such as
// ...-resource-cn-hangzhou.
var regional = regexp.MustCompile(`-((?:cn|ap|us|eu|me|na)-[a-z]+(?:-\d)?)$`)

// newOSS takes the region from the bucket's name, else from OSS_REGION, and the
// region's public endpoint unless OSS_ENDPOINT names another.
func newOSS(opt Options, client *http.Client, bucket string) (Store, error) {
	region := opt.Env("OSS_REGION")
	if m := regional.FindStringSubmatch(bucket); m != nil {
		region = m[1]
	}
	if region == "" {
		return nil, problem.New("source.region", "bucket", bucket)
	}
	cfg := oss.LoadDefaultConfig().WithRegion(region).WithHttpClient(client).
		WithCredentialsProvider(credentials.NewAnonymousCredentialsProvider())
	if endpoint := opt.Env("OSS_ENDPOINT"); endpoint != "" {
		cfg = cfg.WithEndpoint(endpoint).WithUsePathStyle(true)
	}
	id, secret := opt.key("OSS_ACCESS_KEY_ID"), opt.key("OSS_ACCESS_KEY_SECRET")
	if id != "" && secret != "" {
		cfg = cfg.WithCredentialsProvider(credentials.NewStaticCredentialsProvider(id, secret, opt.key("OSS_SESSION_TOKEN")))
	}
	return &ossStore{oss.NewClient(cfg)}, nil
}

// List implements Store.
func (s *ossStore) List(ctx context.Context, bucket, prefix string) ([]Object, error) {
	var out []Object
	pages := s.client.NewListObjectsV2Paginator(&oss.ListObjectsV2Request{Bucket: &bucket, Prefix: &prefix})
	for pages.HasNext() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, o := range page.Contents {
			out = append(out, Object{Key: oss.ToString(o.Key), SizeBytes: o.Size, Modified: oss.ToTime(o.LastModified), ETag: oss.ToString(o.ETag)})
		}
	}
	return out, nil
}

// Head implements Store.
func (s *ossStore) Head(ctx context.Context, bucket, key string) (Object, error) {
	h, err := s.client.HeadObject(ctx, &oss.HeadObjectRequest{Bucket: &bucket, Key: &key})
	if err != nil {
		return Object{}, err
	}
	return Object{Key: key, SizeBytes: h.ContentLength, Modified: oss.ToTime(h.LastModified), ETag: oss.ToString(h.ETag)}, nil
}

// Get implements Store.
func (s *ossStore) Get(ctx context.Context, bucket, key string, offset int64, etag string) (body, error) {
	in := &oss.GetObjectRequest{Bucket: &bucket, Key: &key}
	if offset > 0 {
		in.Range, in.RangeBehavior = oss.Ptr(fmt.Sprintf("bytes=%d-", offset)), oss.Ptr("standard")
	}
	if etag != "" {
		in.IfMatch = &etag
	}
	got, err := s.client.GetObject(ctx, in)
	if err != nil {
		return nil, err
	}
	return got.Body, nil
}
