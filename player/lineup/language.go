package lineup

import (
	"fmt"
	"time"

	"agon/player"
	"agon/player/language"
)

// Language makes players of a language model behind an OpenAI-compatible
// endpoint: each prompt is a player, and a group's players are divided among
// them in turn. env gives the value of the variable that key_env names, so
// that no secret need stand in a file.
func Language(env func(string) string) Maker {
	return func(decode func(any) error) (func(int, []byte) (player.Forecaster, error), error) {
		var said struct {
			URL         string  `yaml:"url"`
			Model       string  `yaml:"model"`
			KeyEnv      string  `yaml:"key_env"`
			Prompts     Names   `yaml:"prompts"`
			Format      string  `yaml:"format"`
			NewLimit    bool    `yaml:"new_limit"`
			Timeout     Span    `yaml:"timeout"`
			AtOnce      int     `yaml:"at_once"`
			MaxTokens   int     `yaml:"max_tokens"`
			PriceIn     float64 `yaml:"price_in"`
			PriceOut    float64 `yaml:"price_out"`
			PriceSearch float64 `yaml:"price_search"`
			Spend       float64 `yaml:"spend"`
			Search      string  `yaml:"search"`
			Results     int     `yaml:"results"`
			Cache       string  `yaml:"cache"`
		}
		if err := decode(&said); err != nil {
			return nil, err
		}
		c := language.Config{
			URL: said.URL, Model: said.Model, Prompts: said.Prompts,
			Format: language.Format(said.Format), NewLimit: said.NewLimit,
			Timeout: time.Duration(said.Timeout), AtOnce: said.AtOnce, MaxTokens: said.MaxTokens,
			PriceIn: said.PriceIn, PriceOut: said.PriceOut, PriceSearch: said.PriceSearch,
			Spend: said.Spend, Search: said.Search, Results: said.Results, CacheDir: said.Cache,
		}
		if said.KeyEnv != "" {
			if c.Key = env(said.KeyEnv); c.Key == "" {
				return nil, fmt.Errorf("the variable %s, named by key_env, is not set",
					short(said.KeyEnv))
			}
		}
		models, err := language.New(c)
		if err != nil {
			return nil, err
		}
		return func(i int, _ []byte) (player.Forecaster, error) {
			return models[i%len(models)], nil
		}, nil
	}
}
