package rules

import "encoding/json"

// Severity says how bad a finding is.
type Severity uint8

// The severities. Forbidden is the user's own word: a block list or a policy.
const (
	Safe Severity = iota
	Warning
	Danger
	Forbidden
)

var severityNames = [...]string{"safe", "warning", "danger", "forbidden"}

// String is the word of the severity.
func (s Severity) String() string { return severityNames[s] }

// MarshalJSON writes the word.
func (s Severity) MarshalJSON() ([]byte, error) { return json.Marshal(s.String()) }
