package source

import (
	"context"
	"fmt"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

// s3Store speaks S3's protocol: AWS itself, or a server named by
// AWS_ENDPOINT_URL. Without keys in the environment or the keyring it asks
// anonymously, as public buckets allow.
type s3Store struct{ client *s3.Client }

func newS3(opt Options, client *http.Client) (Store, error) {
	region := opt.Env("AWS_REGION")
	if region == "" {
		region = "us-east-1"
	}
	o := s3.Options{Region: region, HTTPClient: client, Credentials: aws.AnonymousCredentials{}}
	if endpoint := opt.Env("AWS_ENDPOINT_URL"); endpoint != "" {
		o.BaseEndpoint, o.UsePathStyle = aws.String(endpoint), true
	}
	id, secret := opt.key("AWS_ACCESS_KEY_ID"), opt.key("AWS_SECRET_ACCESS_KEY")
	if id != "" && secret != "" {
		o.Credentials = credentials.NewStaticCredentialsProvider(id, secret, opt.key("AWS_SESSION_TOKEN"))
	}
	return &s3Store{s3.New(o)}, nil
}

// key looks a secret up in the environment, then in the system keyring.
func (o Options) key(name string) string {
	if v := o.Env(name); v != "" || o.Secret == nil {
		return v
	}
	v, err := o.Secret(name)
	if err != nil {
		return "" // no keyring or no entry: the store is asked anonymously and says no itself
	}
	return v
}

// List implements Store.
func (s *s3Store) List(ctx context.Context, bucket, prefix string) ([]Object, error) {
	var out []Object
	pages := s3.NewListObjectsV2Paginator(s.client, &s3.ListObjectsV2Input{Bucket: &bucket, Prefix: &prefix})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, o := range page.Contents {
			out = append(out, Object{Key: aws.ToString(o.Key), SizeBytes: aws.ToInt64(o.Size), Modified: aws.ToTime(o.LastModified), ETag: aws.ToString(o.ETag)})
		}
	}
	return out, nil
}

// Head implements Store.
func (s *s3Store) Head(ctx context.Context, bucket, key string) (Object, error) {
	h, err := s.client.HeadObject(ctx, &s3.HeadObjectInput{Bucket: &bucket, Key: &key})
	if err != nil {
		return Object{}, err
	}
	return Object{Key: key, SizeBytes: aws.ToInt64(h.ContentLength), Modified: aws.ToTime(h.LastModified), ETag: aws.ToString(h.ETag)}, nil
}

// Get implements Store.
func (s *s3Store) Get(ctx context.Context, bucket, key string, offset int64, etag string) (body, error) {
	in := &s3.GetObjectInput{Bucket: &bucket, Key: &key}
	if offset > 0 {
		in.Range = aws.String(fmt.Sprintf("bytes=%d-", offset))
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
