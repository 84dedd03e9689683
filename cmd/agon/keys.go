package main

import (
	"bytes"
	"crypto/ecdsa"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/ethereum/go-ethereum/crypto"
	"github.com/spf13/cobra"
	xterm "golang.org/x/term"

	"agon/chain"
	"agon/cmd/agon/keyring"
	"agon/cmd/agon/term"
)

func (a *app) keys() *cobra.Command {
	c := &cobra.Command{
		Use:     "keys",
		GroupID: "player",
		Short:   "List, make and import the keys that act for you",
		Long: `Keys live in ~/.agon/keys (or AGON_KEYS), each encrypted with a passphrase in the
format of Ethereum key stores. The passphrase is asked for, or taken from AGON_PASSPHRASE.

The development chain also knows dev0 to dev9. Their private keys are public: whoever
reads the source has them.`,
		Example: examples("agon keys", "agon keys new alice", "agon --key alice positions",
			"agon keys import bob < key.hex", "agon keys --dev"),
		Args: cobra.NoArgs,
	}
	dev := c.Flags().Bool("dev", false, "the development accounts, with their private keys")
	c.RunE = func(*cobra.Command, []string) error {
		if *dev {
			return a.listDevKeys()
		}
		return a.listKeys()
	}
	c.AddCommand(a.keysNew(), a.keysImport(), a.keysExport())
	return c
}

func (a *app) keysNew() *cobra.Command {
	c := &cobra.Command{
		Use:     "new NAME",
		Short:   "Make a key",
		Example: examples("agon keys new alice", "AGON_PASSPHRASE=… agon keys new bot --light"),
		Args:    cobra.ExactArgs(1),
	}
	light := c.Flags().Bool("light", false, "cheap encryption, for keys that guard nothing")
	c.RunE = func(_ *cobra.Command, args []string) error {
		pass, err := a.passphrase(args[0], true)
		if err != nil {
			return err
		}
		e, err := a.ring().New(args[0], pass, cost(*light))
		return a.stored(e, err)
	}
	return c
}

func (a *app) keysImport() *cobra.Command {
	c := &cobra.Command{
		Use:     "import NAME",
		Short:   "Store a private key read from standard input (64 hex digits)",
		Example: examples("agon keys import bob < key.hex"),
		Args:    cobra.ExactArgs(1),
	}
	light := c.Flags().Bool("light", false, "cheap encryption, for keys that guard nothing")
	c.RunE = func(_ *cobra.Command, args []string) error {
		// Prompts cannot share standard input with the key.
		if a.env.Get("AGON_PASSPHRASE") == "" {
			return hint(wrong("no passphrase for the key"), "set AGON_PASSPHRASE for this command")
		}
		text, err := io.ReadAll(io.LimitReader(a.env.In, 256))
		if err != nil {
			return err
		}
		key, err := parsePrivate(string(bytes.TrimSpace(text)))
		if err != nil {
			return err
		}
		e, err := a.ring().Add(args[0], key, a.env.Get("AGON_PASSPHRASE"), cost(*light))
		return a.stored(e, err)
	}
	return c
}

func (a *app) keysExport() *cobra.Command {
	return &cobra.Command{
		Use:     "export NAME",
		Short:   "Print a private key in the clear",
		Example: examples("agon keys export alice > alice.hex"),
		Args:    cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			key, err := a.loadKey(args[0])
			if err != nil {
				return err
			}
			_, err = fmt.Fprintf(a.env.Out, "0x%x\n", crypto.FromECDSA(key))
			return err
		},
	}
}

func cost(light bool) keyring.Cost {
	if light {
		return keyring.Light
	}
	return keyring.Standard
}

// stored reports a key that was added.
func (a *app) stored(e keyring.Entry, err error) error {
	if err != nil {
		return err
	}
	return a.emit(e, func(s term.Screen) { say(s, "%s  %s", e.Name, e.Address) })
}

func (a *app) listKeys() error {
	entries, err := a.ring().List()
	if err != nil {
		return err
	}
	return a.emit(append([]keyring.Entry{}, entries...), func(s term.Screen) {
		if len(entries) == 0 {
			say(s, `no keys yet: "agon keys new NAME" makes one; dev0 to dev9 serve development`)
			return
		}
		t := term.Table{Columns: []term.Column{{Name: "name"}, {Name: "address"}}}
		for _, e := range entries {
			t.Row(e.Name, e.Address)
		}
		t.Draw(s)
	})
}

// devKey is a development account as listed.
type devKey struct {
	keyring.Entry
	Private string `json:"private"`
}

func (a *app) listDevKeys() error {
	var list []devKey
	for i, acc := range chain.DevAccounts() {
		private := "0x" + hex.EncodeToString(crypto.FromECDSA(acc.Key))
		list = append(list, devKey{keyring.Entry{Name: devName(i), Address: acc.Address}, private})
	}
	return a.emit(list, func(s term.Screen) {
		t := term.Table{Columns: []term.Column{
			{Name: "name"}, {Name: "address"}, {Name: "private key (public knowledge)"},
		}}
		for _, k := range list {
			t.Row(k.Name, k.Address, k.Private)
		}
		t.Draw(s)
	})
}

// ring is the user's key directory.
func (a *app) ring() keyring.Ring {
	return keyring.Ring{Dir: a.variable("AGON_KEYS", filepath.Join(a.agonDir(), "keys"))}
}

// agonDir is where this user's things are kept by default.
func (a *app) agonDir() string {
	return a.variable("AGON_HOME", filepath.Join(a.variable("HOME", "."), ".agon"))
}

func devName(i int) string { return "dev" + strconv.Itoa(i) }

// loadKey finds the private key that a --key value means.
func (a *app) loadKey(which string) (*ecdsa.PrivateKey, error) {
	if strings.HasPrefix(which, "0x") {
		return parsePrivate(which)
	}
	for i, acc := range chain.DevAccounts() {
		if which == devName(i) {
			return acc.Key, nil
		}
	}
	if _, err := a.ring().Find(which); err != nil {
		return nil, hint(err, `"agon keys" lists what there is, "agon keys new %s" makes it`,
			which)
	}
	pass, err := a.passphrase(which, false)
	if err != nil {
		return nil, err
	}
	return a.ring().Load(which, pass)
}

// parsePrivate reads 64 hex digits, with or without 0x. The digits never show
// up in the error.
func parsePrivate(s string) (*ecdsa.PrivateKey, error) {
	key, err := crypto.HexToECDSA(strings.TrimPrefix(s, "0x"))
	if err != nil {
		return nil, wrong("that is not a private key (64 hex digits below the curve's order)")
	}
	return key, nil
}

// errNoPassphrase reports that nobody can be asked.
var errNoPassphrase = errors.New("no passphrase")

// passphrase takes AGON_PASSPHRASE or asks on the terminal, twice for a new key.
func (a *app) passphrase(name string, fresh bool) (string, error) {
	if p := a.env.Get("AGON_PASSPHRASE"); p != "" {
		return p, nil
	}
	f, ok := a.env.In.(*os.File)
	if !ok || !xterm.IsTerminal(int(f.Fd())) {
		err := fmt.Errorf("key %s: %w", name, errNoPassphrase)
		return "", hint(err, "set AGON_PASSPHRASE, or run this in a terminal")
	}
	first, err := a.askSecret(f, fmt.Sprintf("passphrase of %s: ", name))
	if err != nil || !fresh {
		return first, err
	}
	again, err := a.askSecret(f, "once more: ")
	if err != nil {
		return "", err
	}
	if first != again {
		return "", wrong("the two passphrases differ")
	}
	return first, nil
}

// askSecret reads one line from a terminal without echo.
func (a *app) askSecret(f *os.File, prompt string) (string, error) {
	fmt.Fprint(a.env.Err, prompt)
	p, err := xterm.ReadPassword(int(f.Fd()))
	fmt.Fprintln(a.env.Err)
	return string(p), err
}
