package proxy

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"

	"agon/guard/request"
	"agon/guard/rules"
	"agon/guard/scan"
)

// Limits of JSON-RPC.
const (
	maxBody   = 4 << 20 // bytes of a request
	maxAnswer = 64 << 20
	maxBatch  = 1000
)

// Error codes: EIP-1193 and JSON-RPC 2.0.
const (
	codeRejected     = 4001 // "User Rejected Request": held for a person
	codeUnauthorized = 4100 // "Unauthorized": the user's policy or block list forbids it
	codeUnsupported  = 4200 // "Unsupported Method"
	codeDisconnected = 4900
	codeParse        = -32700
	codeInvalid      = -32600
	codeParams       = -32602
)

// message is a JSON-RPC request or answer.
type message struct {
	Version string          `json:"jsonrpc"`
	ID      json.RawMessage `json:"id,omitempty"`
	Method  string          `json:"method,omitempty"`
	Params  json.RawMessage `json:"params,omitempty"`
	Result  json.RawMessage `json:"result,omitempty"`
	Error   *fault          `json:"error,omitempty"`
}

type fault struct {
	Code    int    `json:"code"`
	Message string `json:"message"`
	Data    any    `json:"data,omitempty"`
}

func refusal(id json.RawMessage, code int, text string, data any) message {
	if id == nil {
		id = json.RawMessage("null")
	}
	return message{Version: "2.0", ID: id, Error: &fault{code, text, data}}
}

// rpc answers a wallet.
func (s *Server) rpc(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Access-Control-Allow-Origin", "*") // as nodes have it; pages are elsewhere
	w.Header().Set("Access-Control-Allow-Headers", "content-type")
	if r.Method == http.MethodOptions {
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		answer(w, refusal(nil, codeInvalid, fmt.Sprintf("a request of more than %d bytes",
			maxBody), nil))
		return
	}
	if trimmed := bytes.TrimLeft(body, " \t\r\n"); len(trimmed) == 0 || trimmed[0] != '[' {
		var m message
		if err := strict(body, &m); err != nil {
			answer(w, refusal(nil, codeParse, err.Error(), nil))
			return
		}
		out := s.one(r.Context(), r, m)
		if m.ID == nil { // a notification is done and not answered
			w.WriteHeader(http.StatusNoContent)
			return
		}
		answer(w, out)
		return
	}
	var batch []json.RawMessage
	if err := json.Unmarshal(body, &batch); err != nil || len(batch) == 0 || len(batch) > maxBatch {
		answer(w, refusal(nil, codeInvalid, fmt.Sprintf("a batch has 1 to %d requests", maxBatch),
			nil))
		return
	}
	s.batch(w, r, batch)
}

// strict reads a request in which no member stands twice: the node behind
// might take the other one.
func strict(raw []byte, m *message) error {
	dec := json.NewDecoder(bytes.NewReader(raw))
	token, err := dec.Token()
	if err != nil || token != json.Delim('{') {
		return errors.New("not a JSON-RPC request")
	}
	seen := map[string]bool{}
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			return errors.New("not a JSON-RPC request")
		}
		name := request.Fold(fmt.Sprint(key))
		if seen[name] {
			return fmt.Errorf("two members %q in one request", key)
		}
		seen[name] = true
		var skip json.RawMessage
		if err := dec.Decode(&skip); err != nil {
			return errors.New("not a JSON-RPC request")
		}
	}
	if err := json.Unmarshal(raw, m); err != nil {
		return errors.New("not a JSON-RPC request")
	}
	if len(m.ID) > 0 && (m.ID[0] == '{' || m.ID[0] == '[') {
		return errors.New("an id is a number or text")
	}
	return nil
}

// batch scans what signs or sends and passes the rest on in one batch.
func (s *Server) batch(w http.ResponseWriter, r *http.Request, raw []json.RawMessage) {
	answers := make([]message, len(raw))
	silent := make([]bool, len(raw)) // notifications
	var passed []message
	var places []int
	for i, one := range raw {
		var m message
		if err := strict(one, &m); err != nil {
			answers[i] = refusal(nil, codeInvalid, err.Error(), nil)
			continue
		}
		silent[i] = m.ID == nil
		if request.Guarded(m.Method) || doubtful(m.Method) {
			answers[i] = s.one(r.Context(), r, m)
			continue
		}
		passed, places = append(passed, m), append(places, i)
	}
	if len(passed) > 0 {
		s.forwardAll(r.Context(), passed, places, answers)
	}
	var told []message
	for i, m := range answers {
		if !silent[i] {
			told = append(told, m)
		}
	}
	if len(told) == 0 {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	write(w, told)
}

// one answers a single request.
func (s *Server) one(ctx context.Context, r *http.Request, m message) message {
	if doubtful(m.Method) {
		return refusal(m.ID, codeUnsupported, fmt.Sprintf("The guard cannot read %q, which "+
			"sounds like signing or sending, and does not pass it on.", m.Method), nil)
	}
	if !request.Guarded(m.Method) {
		return s.forward(ctx, m)
	}
	q := scan.Query{Method: m.Method, Params: m.Params, Chain: s.chain(ctx), Origin: origin(r)}
	if h, ok := s.shelf.take(q); ok {
		if !s.again(ctx, h) {
			return s.changed(m.ID, h.report.ID)
		}
		if refused, ok := s.book(m.ID, h.report, true); !ok {
			return refused
		}
		out := s.forward(ctx, m)
		s.shelf.finish(h.report.ID, passed(out))
		return out
	}
	report, err := s.Scanner.Scan(ctx, q)
	if err != nil {
		return refusal(m.ID, codeParams, "The guard cannot read this request: "+err.Error(), nil)
	}
	if report.Verdict.Severity < s.HoldFrom && !untried(report) {
		if refused, ok := s.book(m.ID, report, false); !ok {
			return refused
		}
		// What is sent on is built anew from what was read, so that nothing that
		// was not judged reaches the node.
		out := s.forward(ctx, message{Version: "2.0", ID: m.ID, Method: m.Method, Params: m.Params})
		if out.Error == nil && s.Scanner.History != nil {
			if err := s.Scanner.History.Remember(report); err != nil && s.Log != nil {
				s.Log.Error("history not saved", "error", err)
			}
		}
		return out
	}
	s.shelf.put(report)
	if s.Log != nil {
		s.Log.Warn("held", "id", report.ID, "severity", report.Verdict.Severity.String(),
			"reason", report.Explanation.Headline)
	}
	code := codeRejected
	if report.Verdict.Severity == rules.Forbidden {
		code = codeUnauthorized
	}
	return refusal(m.ID, code, report.Explanation.Headline+" Review: "+s.review(report.ID),
		map[string]any{
			"review": s.review(report.ID), "severity": report.Verdict.Severity,
			"findings": report.Verdict.Findings,
		})
}

// doubtful reports whether a method that the guard cannot read may sign, send or
// give leave to by its name: nodes, relays and wallets have many
// (eth_sendPrivateTransaction, parity_postTransaction, wallet_grantPermissions),
// and some do not mind the case.
func doubtful(method string) bool {
	if request.Guarded(method) {
		return false
	}
	name := strings.ToLower(method)
	if strings.Contains(name, "_get") { // clique_getSigners
		return false
	}
	for _, sound := range []string{"send", "sign", "broadcast", "relay", "publish", "delegat",
		"authoriz", "grantperm", "executionperm", "upgradeaccount"} {
		if strings.Contains(name, sound) {
			return true
		}
	}
	return strings.Contains(name, "transaction") &&
		(strings.Contains(name, "post") || strings.Contains(name, "submit"))
}

// untried reports whether the outcome is wholly unknown, because the node is away
// or refuses: of a transaction, or of a signature that gives rights to somebody of
// whom nothing could be read. Then nobody has checked it, whatever the rules say.
func untried(r *scan.Report) bool {
	if len(r.Intent.Request.Transactions) > 0 {
		return r.Case.Effects == nil
	}
	return len(r.Case.Accounts) == 0 && len(r.Intent.Grants)+len(r.Intent.Changes) > 0
}

// passed words what became of a released request.
func passed(out message) string {
	if out.Error != nil {
		return "Passed on; the node refused: " + out.Error.Message
	}
	return "Passed on to the node."
}

// changed refuses a released request whose outcome is not what was read.
func (s *Server) changed(id json.RawMessage, report string) message {
	text := "What this does has changed since you released it."
	data := map[string]any{"review": s.review(report)}
	if h, ok := s.shelf.get(report); ok && len(h.changes) > 0 {
		text += " " + h.changes[0]
		data["severity"], data["findings"] = h.report.Verdict.Severity, h.report.Verdict.Findings
		data["changes"] = h.changes
	}
	return refusal(id, codeRejected, text+" Review: "+s.review(report), data)
}

// origin is the page that asks, if the browser says so.
func origin(r *http.Request) string {
	o := r.Header.Get("Origin")
	if strings.HasPrefix(o, "http://") || strings.HasPrefix(o, "https://") {
		return o
	}
	return ""
}

// forward asks the node.
func (s *Server) forward(ctx context.Context, m message) message {
	id := m.ID
	m.Version, m.ID = "2.0", json.RawMessage("1") // the wallet's may be none, or odd
	var out message
	if err := s.upstream(ctx, m, &out); err != nil {
		return refusal(id, codeDisconnected, "The node does not answer: "+err.Error(), nil)
	}
	out.ID = id
	return out
}

func (s *Server) forwardAll(ctx context.Context, passed []message, places []int,
	answers []message) {
	// Numbered anew: two requests of a batch may bear one id, or none.
	ids := make([]json.RawMessage, len(passed))
	for i := range passed {
		ids[i] = passed[i].ID
		passed[i].Version, passed[i].ID = "2.0", json.RawMessage(strconv.Itoa(i+1))
	}
	var out []message
	err := s.upstream(ctx, passed, &out)
	byID := map[string]message{}
	for _, m := range out {
		byID[string(m.ID)] = m
	}
	for i, place := range places {
		m, ok := byID[strconv.Itoa(i+1)]
		if m.ID = ids[i]; err != nil || !ok {
			m = refusal(ids[i], codeDisconnected, "The node does not answer.", nil)
		}
		answers[place] = m
	}
}

// upstream posts a value and reads the answer.
func (s *Server) upstream(ctx context.Context, in, out any) error {
	body, err := json.Marshal(in)
	if err != nil {
		return err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, s.Upstream, bytes.NewReader(body))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/json")
	resp, err := s.client.Do(r)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	if err != nil {
		return err
	}
	if len(raw) > maxAnswer {
		return fmt.Errorf("an answer of more than %d bytes", maxAnswer)
	}
	if err := json.Unmarshal(raw, out); err != nil {
		return fmt.Errorf("HTTP %d, and no JSON-RPC", resp.StatusCode)
	}
	return nil
}

// chain is the node's chain, asked once.
func (s *Server) chain(ctx context.Context) uint64 {
	if id := s.chainID.Load(); id != 0 {
		return id
	}
	out := s.forward(ctx, message{ID: json.RawMessage("1"), Method: "eth_chainId"})
	var text string
	if out.Error != nil || json.Unmarshal(out.Result, &text) != nil {
		return 0
	}
	n, err := request.Number(text)
	if err != nil || !n.IsUint64() {
		return 0
	}
	s.chainID.Store(n.Uint64())
	return n.Uint64()
}

func answer(w http.ResponseWriter, m message) { write(w, m) }

func write(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(v)
}
