package memory

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"math"

	"agon/game/market"
)

// Name names one book of one question for good: by what was asked, not by the
// number alone, which another chain gives to another question.
type Name [16]byte

// NameOf is the name of a book of the question that was asked in these words.
func NameOf(chain string, question uint64, book uint8, opener [20]byte, text string) Name {
	b := binary.BigEndian.AppendUint16(nil, uint16(len(chain)))
	b = append(b, chain...)
	b = binary.BigEndian.AppendUint64(b, question)
	b = append(b, book)
	b = append(b, opener[:]...)
	sum := sha256.Sum256(append(b, text...))
	return Name(sum[:16])
}

// Record is one settled forecast of one player.
type Record struct {
	Name     Name
	Template market.Template
	Block    uint64 // in which the question was settled

	P          float64 // the player's forecast, before calibration
	Confidence float64 // how far it trusted it
	Base       float64 // the question's opening price
	// Price is a price at which the player could have decided, drawn evenly
	// from those after the first batch; 0 if there was only one batch.
	Price float64
	Y     float64 // what a YES paid, in [0, 1]
}

// ErrRecord reports bytes that are not a record.
var ErrRecord = errors.New("not a record")

// recordSize is version, name, template, block and five numbers.
const (
	recordVersion = 1
	recordSize    = 1 + len(Name{}) + 1 + 8 + 5*8
)

// AppendBinary appends the record's encoding.
func (r Record) AppendBinary(b []byte) ([]byte, error) {
	b = append(b, recordVersion)
	b = append(b, r.Name[:]...)
	b = append(b, byte(r.Template))
	b = binary.BigEndian.AppendUint64(b, r.Block)
	for _, x := range [...]float64{r.P, r.Confidence, r.Base, r.Price, r.Y} {
		b = binary.BigEndian.AppendUint64(b, math.Float64bits(x))
	}
	return b, nil
}

// UnmarshalBinary reads what AppendBinary wrote; anything else is ErrRecord.
func (r *Record) UnmarshalBinary(b []byte) error {
	if len(b) != recordSize || b[0] != recordVersion {
		return fmt.Errorf("%w: %d bytes, want %d of version %d",
			ErrRecord, len(b), recordSize, recordVersion)
	}
	b = b[1:]
	b = b[copy(r.Name[:], b):]
	r.Template, b = market.Template(b[0]), b[1:]
	r.Block, b = binary.BigEndian.Uint64(b), b[8:]
	for _, x := range [...]*float64{&r.P, &r.Confidence, &r.Base, &r.Price, &r.Y} {
		*x, b = math.Float64frombits(binary.BigEndian.Uint64(b)), b[8:]
		if !(*x >= 0 && *x <= 1) {
			return fmt.Errorf("%w: %v is not within [0, 1]", ErrRecord, *x)
		}
	}
	return nil
}

// Forecast is what a model said of a book, kept until the question settles so
// that the model is not asked, and paid, twice.
type Forecast struct {
	P, Confidence float64
	Reason        string
	Pass          bool // it had no opinion; Reason says why
}

// forecastSize is what a stored forecast has besides its reason.
const forecastSize = 1 + 1 + 8 + 8

func (f Forecast) encode() []byte {
	b := make([]byte, 0, forecastSize+len(f.Reason))
	b = append(b, recordVersion, 0)
	if f.Pass {
		b[1] = 1
	}
	b = binary.BigEndian.AppendUint64(b, math.Float64bits(f.P))
	b = binary.BigEndian.AppendUint64(b, math.Float64bits(f.Confidence))
	return append(b, f.Reason...)
}

func decodeForecast(b []byte) (f Forecast, err error) {
	if len(b) < forecastSize || b[0] != recordVersion || b[1] > 1 {
		return f, fmt.Errorf("%w: a forecast of %d bytes", ErrRecord, len(b))
	}
	f.Pass = b[1] == 1
	f.P = math.Float64frombits(binary.BigEndian.Uint64(b[2:]))
	f.Confidence = math.Float64frombits(binary.BigEndian.Uint64(b[10:]))
	f.Reason = string(b[forecastSize:])
	if in := func(x float64) bool { return x >= 0 && x <= 1 }; !in(f.P) || !in(f.Confidence) {
		return f, fmt.Errorf("%w: forecast %v, confidence %v", ErrRecord, f.P, f.Confidence)
	}
	return f, nil
}
