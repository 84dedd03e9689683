package quiz

// Score measures probabilities against what was true.
type Score struct {
	// Brier is the mean of (p − truth)²: 0 is perfect, ¼ is always saying ½.
	Brier float64 `json:"brier"`
	// Accuracy is the share of questions on whose side of ½ p is; p = ½ counts
	// half.
	Accuracy float64 `json:"accuracy"`
	N        int     `json:"questions"`
}

// Rate scores forecasts, one for each answer in truths, in the same order. Of
// no questions at all the score is zero.
func Rate(forecasts []float64, truths []bool) Score {
	var s Score
	for i, p := range forecasts {
		t := 0.0
		if truths[i] {
			t = 1
		}
		s.Brier += (p - t) * (p - t)
		switch {
		case p == 0.5:
			s.Accuracy += 0.5
		case p > 0.5 == truths[i]:
			s.Accuracy++
		}
		s.N++
	}
	if s.N > 0 {
		s.Brier /= float64(s.N)
		s.Accuracy /= float64(s.N)
	}
	return s
}
