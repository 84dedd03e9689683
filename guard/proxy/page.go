package proxy

import (
	_ "embed"
	"encoding/json"
	"html/template"
	"net/http"

	"agon/guard/scan"
)

//go:embed review.html
var reviewText string

//go:embed style.css
var styleText string

// reviewPage escapes by context: everything in a report may come from strangers.
var reviewPage = template.Must(template.New("review").Parse(reviewText))

type view struct {
	Style   template.CSS
	Report  *scan.Report
	Held    bool
	Token   string
	Done    string // what became of it
	Changes []string
	Missing bool
	Home    bool
	Address string
}

// show writes a page that no other page may frame and that loads nothing.
func show(w http.ResponseWriter, code int, v view) {
	v.Style = template.CSS(styleText)
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy",
		"default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'")
	h.Set("X-Frame-Options", "DENY")
	h.Set("X-Content-Type-Options", "nosniff")
	// Not no-referrer: with it browsers say "Origin: null" of the page's own form.
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cache-Control", "no-store")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	w.WriteHeader(code)
	reviewPage.Execute(w, v)
}

func (s *Server) home(w http.ResponseWriter, _ *http.Request) {
	show(w, http.StatusOK, view{Home: true, Address: s.address})
}

func (s *Server) page(w http.ResponseWriter, r *http.Request) {
	h, ok := s.shelf.get(r.PathValue("id"))
	if !ok {
		show(w, http.StatusNotFound, view{Missing: true})
		return
	}
	show(w, http.StatusOK, view{
		Report: h.report, Held: h.released.IsZero(), Token: h.token, Done: h.result,
		Changes: h.changes,
	})
}

// releaseHeld lets a request through that a person has read. The form must come
// from the page itself: browsers say so, and the token is only there.
func (s *Server) releaseHeld(w http.ResponseWriter, r *http.Request) {
	if site := r.Header.Get("Sec-Fetch-Site"); site != "" && site != "same-origin" {
		http.Error(w, "only the review page may release a request", http.StatusForbidden)
		return
	}
	if o := r.Header.Get("Origin"); o != "" && o != "http://"+r.Host {
		http.Error(w, "only the review page may release a request", http.StatusForbidden)
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, 4<<10)
	id := r.PathValue("id")
	token := r.PostFormValue("token")
	h, ok, stale := s.shelf.may(id, token)
	if stale || ok && !s.again(r.Context(), h) {
		s.reread(w, id)
		return
	}
	// A signed transaction can be sent at once; anything else has to be asked
	// for again by the wallet, which alone can sign.
	sending := ok && h.report.Query.Method == "eth_sendRawTransaction"
	if !s.shelf.release(id, token, sending) {
		http.Error(w, "nothing is held under this id, or it was released before",
			http.StatusForbidden)
		return
	}
	if sending {
		if refused, ok := s.book(nil, h.report, true); !ok {
			s.shelf.finish(id, refused.Error.Message)
			http.Redirect(w, r, "/review/"+id, http.StatusSeeOther)
			return
		}
		out := s.forward(r.Context(), message{
			ID: json.RawMessage("1"), Method: h.report.Query.Method, Params: h.report.Query.Params,
		})
		result := "Sent: " + string(out.Result)
		if out.Error != nil {
			result = "Not sent: " + out.Error.Message
		}
		s.shelf.finish(id, result)
	}
	http.Redirect(w, r, "/review/"+id, http.StatusSeeOther)
}

// reread shows the page anew to whoever pressed the button of one that no longer
// tells what would happen.
func (s *Server) reread(w http.ResponseWriter, id string) {
	h, ok := s.shelf.get(id)
	if !ok {
		show(w, http.StatusNotFound, view{Missing: true})
		return
	}
	show(w, http.StatusConflict, view{
		Report: h.report, Held: true, Token: h.token, Changes: h.changes,
	})
}
