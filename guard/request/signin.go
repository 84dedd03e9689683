package request

import (
	"errors"
	"fmt"
	"math/big"
	"strings"
	"time"

	"github.com/ethereum/go-ethereum/common"
)

// ErrNotSignIn says that a message is not a sign-in message.
var ErrNotSignIn = errors.New("not a sign-in message")

// SignIn is a message of EIP-4361, "Sign-In with Ethereum": who asks (Domain)
// and for what. Times that the message lacks are zero.
type SignIn struct {
	Scheme, Domain      string
	Account             common.Address
	Statement           string
	URI, Version, Nonce string
	Chain               *big.Int
	Issued              time.Time
	Expires, NotBefore  time.Time
	RequestID           string
	Resources           []string
}

// asks stands between the domain and the account.
const asks = " wants you to sign in with your Ethereum account:"

// ParseSignIn reads the text of EIP-4361, section "Message Format".
func ParseSignIn(text string) (*SignIn, error) {
	lines := strings.Split(text, "\n")
	domain, ok := strings.CutSuffix(lines[0], asks)
	if !ok || len(lines) < 2 {
		return nil, fmt.Errorf("%w: it does not begin with a domain", ErrNotSignIn)
	}
	s := &SignIn{Domain: domain}
	if scheme, rest, ok := strings.Cut(domain, "://"); ok {
		s.Scheme, s.Domain = scheme, rest
	}
	var err error
	if s.Account, err = Address(lines[1]); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNotSignIn, err)
	}
	rest := lines[2:]
	var statement []string
	for len(rest) > 0 && !strings.HasPrefix(rest[0], "URI: ") {
		if rest[0] != "" {
			statement = append(statement, rest[0])
		}
		rest = rest[1:]
	}
	s.Statement = strings.Join(statement, "\n")
	if len(rest) == 0 {
		return nil, fmt.Errorf("%w: it has no URI", ErrNotSignIn)
	}
	return s, s.members(rest)
}

func (s *SignIn) members(lines []string) error {
	for i, line := range lines {
		if line == "Resources:" {
			for _, r := range lines[i+1:] {
				if r, ok := strings.CutPrefix(r, "- "); ok {
					s.Resources = append(s.Resources, r)
				}
			}
			return nil
		}
		name, value, ok := strings.Cut(line, ": ")
		if !ok {
			continue
		}
		var err error
		switch name {
		case "URI":
			s.URI = value
		case "Version":
			s.Version = value
		case "Nonce":
			s.Nonce = value
		case "Request ID":
			s.RequestID = value
		case "Chain ID":
			s.Chain, err = Number(value)
		case "Issued At":
			s.Issued, err = time.Parse(time.RFC3339, value)
		case "Expiration Time":
			s.Expires, err = time.Parse(time.RFC3339, value)
		case "Not Before":
			s.NotBefore, err = time.Parse(time.RFC3339, value)
		}
		if err != nil {
			return fmt.Errorf("%w: %s: %w", ErrNotSignIn, name, err)
		}
	}
	return nil
}
