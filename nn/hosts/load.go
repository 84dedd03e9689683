package hosts

import (
	"encoding/csv"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"os"
	"path/filepath"
	"strings"

	"agon/nn/train"
)

// Cutoff parts training (hosts first seen before) from validation.
const Cutoff = "2025-09"

// Labels of a host.
const (
	Benign = 0
	Scam   = 1
)

// Split is a data set parted in two.
type Split struct {
	Train, Validate train.Set
}

// maxRows limits the rows of one file.
const maxRows = 1 << 20

// Load reads the permissive rows of a folder "domains": scam hosts are split by
// the date they were first seen, honest ones, which have none, by a hash of
// their site, a fifth for validation. Hosts that machines and not people visit
// (rpc, api, asset-host) are left out.
func Load(dir string) (*Split, error) {
	s := &Split{Train: train.Set{Classes: 2}, Validate: train.Set{Classes: 2}}
	add := func(set *train.Set, host string, label int) {
		set.X = append(set.X, Features(host))
		set.Y = append(set.Y, label)
	}
	err := each(filepath.Join(dir, "scam_permissive.csv"), func(row map[string]string) {
		switch date := row["first_seen"]; {
		case date == "unknown":
		case date < Cutoff:
			add(&s.Train, row["host"], Scam)
		default:
			add(&s.Validate, row["host"], Scam)
		}
	})
	if err != nil {
		return nil, err
	}
	err = each(filepath.Join(dir, "benign.csv"), func(row map[string]string) {
		switch row["kind"] {
		case "rpc", "api", "asset-host":
		default:
			if fold(row["host"]) {
				add(&s.Validate, row["host"], Benign)
			} else {
				add(&s.Train, row["host"], Benign)
			}
		}
	})
	return s, err
}

// fold says whether an honest host's site (its last two labels) validates.
func fold(host string) bool {
	labels := strings.Split(host, ".")
	h := fnv.New32a()
	h.Write([]byte(strings.Join(labels[max(0, len(labels)-2):], ".")))
	return h.Sum32()%5 == 0
}

// each calls visit with every row of a CSV file by column name.
func each(path string, visit func(map[string]string)) error {
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("host data: %w", err)
	}
	defer f.Close()
	r := csv.NewReader(f)
	header, err := r.Read()
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	for range maxRows {
		fields, err := r.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		row := make(map[string]string, len(header))
		for i, name := range header {
			row[name] = fields[i] // the reader checks the number of fields
		}
		if row["host"] == "" {
			return fmt.Errorf("%s: a row without a host", path)
		}
		visit(row)
	}
	return fmt.Errorf("%s: more than %d rows", path, maxRows)
}
