package api_test

import (
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"

	"laketop/app/api"
)

func TestAWindowIsShownOnADocumentOfThePageOnly(t *testing.T) {
	var shown []string
	b := start(t, func(o *api.Options) { o.ShowWindow = func(document string) { shown = append(shown, document) } })
	for _, c := range []struct {
		query  string
		status int
		shown  []string
	}{
		{"", 204, []string{""}},
		{"?document=" + url.QueryEscape("#/notebook/%E6%97%A5.ipynb"), 204, []string{"#/notebook/%E6%97%A5.ipynb"}},
		{"?document=" + url.QueryEscape("https://example.org/"), 400, nil},
		{"?document=" + url.QueryEscape("javascript:alert(1)"), 400, nil},
	} {
		shown = nil
		b.ask("POST", "/window/show"+c.query, nil, c.status, nil)
		require.Equal(t, c.shown, shown, c.query)
	}
}

func TestAServerHasNoWindowToShow(t *testing.T) {
	start(t, nil).ask("POST", "/window/show", nil, 403, nil)
}
