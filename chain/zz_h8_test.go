package chain

import (
	"context"
	"encoding/json"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/rpc"
)

func TestZZDebug(t *testing.T) {
	n, _ := sharedNode(t)
	eventually(t, 5*time.Second, "a block", func() bool { return n.Height() > 3 })
	loop := map[string]any{"data": "0x5b600056", "gas": "0xffffffffff"}
	peak := func() string {
		b, _ := os.ReadFile("/proc/self/status")
		for _, l := range strings.Split(string(b), "\n") {
			if strings.HasPrefix(l, "VmHWM") {
				return l
			}
		}
		return ""
	}
	t.Log(peak())
	for _, k := range []int{1, 4} {
		var w sync.WaitGroup
		for range k {
			w.Add(1)
			go func() {
				defer w.Done()
				c, err := rpc.Dial(n.HTTPURL())
				if err != nil {
					t.Error(err)
					return
				}
				ctx, stop := context.WithTimeout(context.Background(), 40*time.Second)
				defer stop()
				b := time.Now()
				var out json.RawMessage
				err = c.CallContext(ctx, &out, "debug_traceCall", loop, "latest", map[string]any{})
				t.Logf("%v: %d bytes err %v", time.Since(b).Round(time.Millisecond), len(out), err)
			}()
		}
		h := n.Height()
		w.Wait()
		t.Log(k, peak(), "blocks", n.Height()-h)
	}
}
