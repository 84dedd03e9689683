package proxy

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"

	"agon/guard/rules"
	"agon/guard/scan"
)

// scanTransaction answers in the manner of the field: the verdict as
// validation, what would change as simulation.
//
//	{"chain": "0x1", "data": {"from", "to", "value", "data"},
//	 "metadata": {"domain": "https://…"}}
func (s *Server) scanTransaction(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Data     json.RawMessage `json:"data"`
		Metadata struct {
			Domain string `json:"domain"`
		} `json:"metadata"`
	}
	if !readBody(w, r, &in) {
		return
	}
	params, err := json.Marshal([]json.RawMessage{in.Data})
	if err != nil {
		problem(w, err)
		return
	}
	s.scanned(w, r, scan.Query{
		Method: "eth_sendTransaction", Params: params, Origin: in.Metadata.Domain,
	})
}

// scanRPC judges any request that a wallet could get.
//
//	{"data": {"method", "params"}, "metadata": {"domain"}}
func (s *Server) scanRPC(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Data struct {
			Method string          `json:"method"`
			Params json.RawMessage `json:"params"`
		} `json:"data"`
		Metadata struct {
			Domain string `json:"domain"`
		} `json:"metadata"`
	}
	if !readBody(w, r, &in) {
		return
	}
	s.scanned(w, r, scan.Query{
		Method: in.Data.Method, Params: in.Data.Params, Origin: in.Metadata.Domain,
	})
}

// scanSite judges a site by its name. {"url": "https://…"}
func (s *Server) scanSite(w http.ResponseWriter, r *http.Request) {
	var in struct {
		URL string `json:"url"`
	}
	if !readBody(w, r, &in) {
		return
	}
	report, err := s.Scanner.CheckSite(r.Context(), in.URL)
	if err != nil {
		problem(w, err)
		return
	}
	write(w, wordOf(report))
}

func (s *Server) scanned(w http.ResponseWriter, r *http.Request, q scan.Query) {
	q.Chain = s.chain(r.Context())
	report, err := s.Scanner.Scan(r.Context(), q)
	if err != nil {
		problem(w, err)
		return
	}
	write(w, wordOf(report))
}

// wordOf puts a report into the field's form.
func wordOf(r *scan.Report) map[string]any {
	kind := map[rules.Severity]string{
		rules.Safe: "Benign", rules.Warning: "Warning", rules.Danger: "Malicious",
		rules.Forbidden: "Malicious",
	}[r.Verdict.Severity]
	if kind == "Benign" && len(r.Verdict.Unknown) > 0 {
		kind = "Unknown" // what could not be checked is not benign
	}
	classification := ""
	if len(r.Verdict.Findings) > 0 {
		classification = r.Verdict.Findings[0].Rule
	}
	out := map[string]any{
		"id": r.ID,
		"validation": map[string]any{
			"result_type": kind, "reason": r.Explanation.Headline, "classification": classification,
			"features": r.Verdict.Findings, "unknown": r.Verdict.Unknown,
		},
		"explanation": r.Explanation,
	}
	if e := r.Case.Effects; e != nil {
		out["simulation"] = map[string]any{
			"rung": e.Rung.String(), "block": e.Block, "reverted": e.Reverted, "reason": e.Reason,
			"assets_diffs": r.Explanation.Changes, "exposures": e.Allowances,
			"incomplete": e.Incomplete,
		}
	}
	if r.Market != nil {
		out["market"] = r.Market
	}
	return out
}

func readBody(w http.ResponseWriter, r *http.Request, into any) bool {
	raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		problem(w, fmt.Errorf("a request of more than %d bytes", maxBody))
		return false
	}
	if err := json.Unmarshal(raw, into); err != nil {
		problem(w, errors.New("the body should be a JSON object; see docs/guard.md"))
		return false
	}
	return true
}

func problem(w http.ResponseWriter, err error) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusBadRequest)
	json.NewEncoder(w).Encode(map[string]string{"error": err.Error()})
}
