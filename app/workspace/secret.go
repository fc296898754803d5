package workspace

import (
	"fmt"

	"github.com/zalando/go-keyring"
)

// keyringService is the name under which the system keyring holds our secrets.
const keyringService = "laketop"

// secret reads the system keyring.
func secret(name string) (string, error) {
	v, err := keyring.Get(keyringService, name)
	if err != nil {
		return "", fmt.Errorf("read %s from the system keyring: %w", name, err)
	}
	return v, nil
}
