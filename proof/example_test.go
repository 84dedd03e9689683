package proof_test

import (
	"fmt"

	"agon/proof"
	"agon/proof/look"
)

// One layer of two outputs over three inputs, y = Wx + b: what lower makes of
// larger networks has the same parts.
func program() (*proof.Program, []proof.Weights) {
	prog := &proof.Program{
		Depth:   1,
		Columns: []proof.Column{{Len: 3, Lo: 0, Hi: 15}, {Len: 2}},
		Weights: []proof.Matrix{{Rows: 2, Cols: 3, BiasBits: 8}},
		Relations: []proof.Relation{{
			Terms: []proof.Term{{Column: 1, Coef: 1}}, Weights: 0, Input: 0, Vectors: 1,
		}},
		Inputs: []int{0}, Outputs: []int{1},
	}
	return prog, []proof.Weights{{W: []int8{1, -2, 3, 0, 5, -7}, B: []int32{10, -20}}}
}

// The input stays hidden, the output is public, the weights are never shown.
func Example() {
	prog, weights := program()
	secret, err := proof.NewSecret()
	if err != nil {
		fmt.Println(err)
		return
	}
	model, err := proof.Commit(prog, weights, secret, proof.Standard)
	if err != nil {
		fmt.Println(err)
		return
	}
	ledger := proof.NewMemoryLedger() // a service keeps a FileLedger
	epoch, err := model.NewEpoch(ledger)
	if err != nil {
		fmt.Println(err)
		return
	}

	input, output := []int32{4, 0, 9}, []int32{41, -83}
	statement := &proof.Statement{
		Batch:   1,
		Ports:   []proof.Port{{Visibility: proof.Private}, {Values: output}},
		Context: []byte("question 42"),
	}
	witness := &proof.Witness{Columns: [][]int32{input, output}}
	answer, err := model.Prove(epoch, ledger, statement, witness)
	if err != nil {
		fmt.Println(err)
		return
	}

	// Anyone with the key, the epoch's record, statement and proof:
	verifier, err := proof.NewVerifier(model.Key)
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := verifier.AddEpoch(epoch.Record); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("the committed model answered:", verifier.Verify(statement, answer) == nil)

	statement.Ports[1].Values = []int32{41, -82}
	fmt.Println("another answer:", verifier.Verify(statement, answer) == nil)
	// Output:
	// the committed model answered: true
	// another answer: false
}

// A program that could wrap modulo p is refused before anything is committed.
func ExampleProgram_Check() {
	prog, _ := program()
	prog.Columns[0].Hi = 60000
	prog.Columns[0].Len = 300
	prog.Weights[0].Cols = 300
	fmt.Println(prog.Check())
	prog.Tables = []look.Table{{Shape: look.Range, Lo: 1, Hi: 0}}
	fmt.Println(prog.Check())
	// Output:
	// program refused: relation 0: accumulator up to 2286000128, p/2 is 1065353216
	// program refused: table 0: no such table: shape 1, [1, 0], offset 0
}
