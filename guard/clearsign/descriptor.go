package clearsign

import (
	"encoding/json"
	"fmt"
	"strings"
)

// descriptor is one file after its includes were merged in.
type descriptor struct {
	Context struct {
		Contract *struct {
			Deployments []deployment `json:"deployments"`
		} `json:"contract"`
		EIP712 *struct {
			Deployments []deployment               `json:"deployments"`
			Domain      map[string]json.RawMessage `json:"domain"`
		} `json:"eip712"`
	} `json:"context"`
	Metadata struct {
		Owner        string `json:"owner"`
		ContractName string `json:"contractName"`
		Info         struct {
			URL string `json:"url"`
		} `json:"info"`
		Token     *tokenInfo                   `json:"token"`
		Constants map[string]any               `json:"constants"`
		Enums     map[string]map[string]string `json:"enums"`
		Maps      map[string]mapping           `json:"maps"`
	} `json:"metadata"`
	Display struct {
		Definitions map[string]field  `json:"definitions"`
		Formats     map[string]format `json:"formats"`
	} `json:"display"`
}

type deployment struct {
	ChainID uint64 `json:"chainId"`
	Address string `json:"address"`
}

type tokenInfo struct {
	Name     string `json:"name"`
	Ticker   string `json:"ticker"`
	Decimals int    `json:"decimals"`
}

type mapping struct {
	Values map[string]any `json:"values"`
}

// format is how one function or message is shown.
type format struct {
	Intent       any     `json:"intent"` // a text, or texts by name
	Interpolated string  `json:"interpolatedIntent"`
	Fields       []field `json:"fields"`
}

// field is one line, or a group of lines if Fields is set.
type field struct {
	Path      string          `json:"path"`
	Value     any             `json:"value"`
	Label     string          `json:"label"`
	Format    string          `json:"format"`
	Ref       string          `json:"$ref"`
	Params    params          `json:"params"`
	Visible   json.RawMessage `json:"visible"`
	Separator string          `json:"separator"`
	Iteration string          `json:"iteration"`
	Fields    []field         `json:"fields"`
}

// params are the parameters of all formats together.
type params struct {
	TokenPath      string `json:"tokenPath"`
	Token          any    `json:"token"`
	Native         any    `json:"nativeCurrencyAddress"`
	Threshold      any    `json:"threshold"`
	Message        string `json:"message"`
	ChainID        any    `json:"chainId"`
	ChainIDPath    string `json:"chainIdPath"`
	Encoding       string `json:"encoding"`
	Base           string `json:"base"`
	Decimals       any    `json:"decimals"`
	Prefix         bool   `json:"prefix"`
	Ref            string `json:"$ref"`
	Collection     any    `json:"collection"`
	CollectionPath string `json:"collectionPath"`
	Callee         any    `json:"callee"`
	CalleePath     string `json:"calleePath"`
	Amount         any    `json:"amount"`
	AmountPath     string `json:"amountPath"`
	Selector       any    `json:"selector"`
	SelectorPath   string `json:"selectorPath"`
	SenderAddress  any    `json:"senderAddress"`
}

// over lays the settings of a reference over those of its definition.
func (f field) over(def field) field {
	if f.Format == "" {
		f.Format = def.Format
	}
	if f.Label == "" {
		f.Label = def.Label
	}
	if len(f.Visible) == 0 {
		f.Visible = def.Visible
	}
	if f.Separator == "" {
		f.Separator = def.Separator
	}
	if len(f.Fields) == 0 {
		f.Fields = def.Fields
	}
	f.Params = f.Params.over(def.Params)
	return f
}

func (p params) over(def params) params {
	// Both are flat: what p sets goes on top of def by way of JSON, which
	// leaves out what is not set.
	merged := def
	texts := []struct{ from, to *string }{
		{&p.TokenPath, &merged.TokenPath}, {&p.Message, &merged.Message},
		{&p.ChainIDPath, &merged.ChainIDPath}, {&p.Encoding, &merged.Encoding},
		{&p.Base, &merged.Base}, {&p.Ref, &merged.Ref},
		{&p.CollectionPath, &merged.CollectionPath}, {&p.CalleePath, &merged.CalleePath},
		{&p.AmountPath, &merged.AmountPath}, {&p.SelectorPath, &merged.SelectorPath},
	}
	for _, t := range texts {
		if *t.from != "" {
			*t.to = *t.from
		}
	}
	values := []struct{ from, to *any }{
		{&p.Token, &merged.Token}, {&p.Native, &merged.Native},
		{&p.Threshold, &merged.Threshold}, {&p.ChainID, &merged.ChainID},
		{&p.Decimals, &merged.Decimals}, {&p.Collection, &merged.Collection},
		{&p.Callee, &merged.Callee}, {&p.Amount, &merged.Amount},
		{&p.Selector, &merged.Selector}, {&p.SenderAddress, &merged.SenderAddress},
	}
	for _, v := range values {
		if *v.from != nil {
			*v.to = *v.from
		}
	}
	merged.Prefix = merged.Prefix || p.Prefix
	return merged
}

// parse reads a merged document.
func parse(doc map[string]any) (*descriptor, error) {
	raw, err := json.Marshal(doc)
	if err != nil {
		return nil, err
	}
	d := new(descriptor)
	if err := json.Unmarshal(raw, d); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDescriptor, err)
	}
	return d, nil
}

// merge lays the including document over the included one: objects member by
// member, lists of fields by their paths, everything else whole.
func merge(over, under map[string]any) map[string]any {
	out := make(map[string]any, len(over)+len(under))
	for k, v := range under {
		out[k] = v
	}
	for k, v := range over {
		have, ok := out[k]
		if !ok {
			out[k] = v
			continue
		}
		switch v := v.(type) {
		case map[string]any:
			if have, ok := have.(map[string]any); ok {
				out[k] = merge(v, have)
				continue
			}
		case []any:
			if have, ok := have.([]any); ok && k == "fields" {
				out[k] = mergeFields(v, have)
				continue
			}
		}
		out[k] = v
	}
	return out
}

// mergeFields replaces fields of the same path in place and adds the others.
func mergeFields(over, under []any) []any {
	out := append([]any(nil), under...)
	at := map[string]int{}
	for i, f := range under {
		if p := pathOf(f); p != "" {
			at[p] = i
		}
	}
	for _, f := range over {
		i, ok := at[pathOf(f)]
		o, isObject := f.(map[string]any)
		if !ok || !isObject {
			out = append(out, f)
			continue
		}
		out[i] = merge(o, out[i].(map[string]any))
	}
	return out
}

func pathOf(f any) string {
	o, _ := f.(map[string]any)
	p, _ := o["path"].(string)
	return strings.TrimPrefix(p, "#.")
}
