package artifact

import (
	"fmt"

	"agon/nn"
)

// Input is input.json: rows of numbers. A network with k inputs takes k rows for
// a sample, in the order of its inputs; several samples follow each other.
type Input struct {
	Data [][]float64 `json:"input_data"`
}

// ReadInput decodes input.json.
func ReadInput(b []byte) (*Input, error) {
	var in Input
	if err := decodeJSON("input.json", b, MaxInput, &in); err != nil {
		return nil, err
	}
	if len(in.Data) == 0 {
		return nil, fmt.Errorf(`%w: input.json has no rows: want {"input_data": [[…]]}`, ErrFile)
	}
	return &in, nil
}

// Samples groups the rows by sample and checks their lengths.
func (in *Input) Samples(shapes []nn.Shape) ([][][]float64, error) {
	k := len(shapes)
	if k == 0 || len(in.Data)%k != 0 {
		return nil, fmt.Errorf("%w: input.json has %d rows, want %d for each sample",
			ErrFile, len(in.Data), k)
	}
	var all [][][]float64
	for i, row := range in.Data {
		if want := shapes[i%k].Elements(); len(row) != want {
			return nil, fmt.Errorf("%w: row %d of input.json has %d numbers, want %d",
				ErrFile, i+1, len(row), want)
		}
		if i%k == 0 {
			all = append(all, in.Data[i:i+k])
		}
	}
	return all, nil
}
