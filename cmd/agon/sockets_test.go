//go:build linux && (amd64 || arm64)

package main

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// A process is watched by the kernel: a seccomp filter (seccomp(2),
// SECCOMP_RET_USER_NOTIF) stops each thread at every connect and sendto until the
// test has read the address from its memory. Nothing that a process sends to an
// address it has not connected to gets by, but sendmsg with an address, which Go
// uses for packets alone; a packet needs a socket of its kind, and those are
// stopped as well.

// watchedFD is where a watched process finds the socket to its watcher.
const watchedFD = 3

func init() { programs["watched"] = watched }

// watched runs agon under a filter of its own. It is this test binary, started
// as "watched".
func watched() {
	if err := enterFilter(); err != nil {
		fmt.Fprintln(os.Stderr, "watched:", err)
		os.Exit(1)
	}
	self, err := os.Executable()
	if err == nil {
		err = syscall.Exec(self, append([]string{"agon"}, os.Args[1:]...), os.Environ())
	}
	fmt.Fprintln(os.Stderr, "watched:", err)
	os.Exit(1)
}

// enterFilter installs the filter on this thread, which exec keeps, and gives its
// listener to the watcher.
func enterFilter() error {
	runtime.LockOSThread()
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return err
	}
	const loadWord, equal, ret = unix.BPF_LD | unix.BPF_W | unix.BPF_ABS,
		unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, unix.BPF_RET | unix.BPF_K
	filter := []unix.SockFilter{{Code: loadWord, K: 0}} // seccomp_data.nr
	stops := []uint32{unix.SYS_CONNECT, unix.SYS_SENDTO, unix.SYS_SENDMMSG, unix.SYS_SOCKET}
	for i, nr := range stops {
		filter = append(filter, unix.SockFilter{Code: equal, K: nr, Jt: uint8(len(stops) - i)})
	}
	filter = append(filter,
		unix.SockFilter{Code: ret, K: unix.SECCOMP_RET_ALLOW},
		unix.SockFilter{Code: ret, K: unix.SECCOMP_RET_USER_NOTIF})
	prog := unix.SockFprog{Len: uint16(len(filter)), Filter: &filter[0]}
	fd, _, errno := unix.Syscall(unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER,
		unix.SECCOMP_FILTER_FLAG_NEW_LISTENER, uintptr(unsafe.Pointer(&prog)))
	if errno != 0 {
		return fmt.Errorf("seccomp: %w", errno)
	}
	if err := unix.Sendmsg(watchedFD, []byte{0}, unix.UnixRights(int(fd)), nil, 0); err != nil {
		return err
	}
	if err := unix.Close(int(fd)); err != nil {
		return err
	}
	return unix.Close(watchedFD)
}

// notification is struct seccomp_notif, answerTo is struct seccomp_notif_resp.
type notification struct {
	ID         uint64
	PID, Flags uint32
	Nr         int32
	Arch       uint32
	IP         uint64
	Args       [6]uint64
}

type answerTo struct {
	ID    uint64
	Val   int64
	Error int32
	Flags uint32
}

// sockets are what a watched process did: addresses it turned to, and kinds of
// sockets it made.
type sockets struct {
	mu    sync.Mutex
	to    []string
	kinds []string
	done  chan struct{}
}

func (s *sockets) note(list *[]string, what string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !slices.Contains(*list, what) {
		*list = append(*list, what)
	}
}

// watch starts agon with arguments and sees all its sockets.
func watch(t *testing.T, args ...string) (*exec.Cmd, *sockets) {
	t.Helper()
	pair, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	theirs := os.NewFile(uintptr(pair[1]), "watcher")
	cmd := command(t, t.TempDir(), args...)
	cmd.Args[0] = "watched"
	cmd.ExtraFiles = []*os.File{theirs}
	s := &sockets{done: make(chan struct{})}
	go func() {
		defer close(s.done)
		defer unix.Close(pair[0])
		rights := make([]byte, unix.CmsgSpace(4))
		_, n, _, _, err := unix.Recvmsg(pair[0], make([]byte, 1), rights, 0)
		if err != nil || n == 0 {
			s.note(&s.to, fmt.Sprintf("nobody is watched: %v", err))
			return
		}
		messages, err := unix.ParseSocketControlMessage(rights[:n])
		if err == nil && len(messages) == 1 {
			var fds []int
			if fds, err = unix.ParseUnixRights(&messages[0]); err == nil {
				s.follow(fds[0])
				return
			}
		}
		s.note(&s.to, fmt.Sprintf("nobody is watched: %v", err))
	}()
	t.Cleanup(func() { theirs.Close() })
	return cmd, s
}

// follow answers the kernel until the process is gone.
func (s *sockets) follow(fd int) {
	defer unix.Close(fd)
	for {
		ready := []unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}
		if _, err := unix.Poll(ready, -1); err != nil && !errors.Is(err, unix.EINTR) {
			return
		}
		if ready[0].Revents&unix.POLLIN == 0 {
			if ready[0].Revents&unix.POLLHUP != 0 {
				return
			}
			continue
		}
		var n notification
		_, _, errno := unix.Syscall(unix.SYS_IOCTL, uintptr(fd), unix.SECCOMP_IOCTL_NOTIF_RECV,
			uintptr(unsafe.Pointer(&n)))
		if errno != 0 {
			continue // the thread died meanwhile
		}
		s.see(&n)
		a := answerTo{ID: n.ID, Flags: unix.SECCOMP_USER_NOTIF_FLAG_CONTINUE}
		unix.Syscall(unix.SYS_IOCTL, uintptr(fd), unix.SECCOMP_IOCTL_NOTIF_SEND,
			uintptr(unsafe.Pointer(&a)))
	}
}

// see writes down what a thread is about to do.
func (s *sockets) see(n *notification) {
	switch n.Nr {
	case unix.SYS_SOCKET:
		if n.Args[0] == unix.AF_UNIX {
			return // stays on the machine: the C library asks for the user's name so
		}
		s.note(&s.kinds, fmt.Sprintf("family %d, type %d", n.Args[0], n.Args[1]&0xf))
	case unix.SYS_CONNECT:
		s.turn(address(n.PID, n.Args[1], n.Args[2]))
	case unix.SYS_SENDTO:
		if n.Args[4] != 0 {
			s.turn(address(n.PID, n.Args[4], n.Args[5]))
		}
	default:
		s.note(&s.to, fmt.Sprintf("system call %d", n.Nr))
	}
}

// turn notes an address unless it is on this machine by its nature.
func (s *sockets) turn(to string) {
	if to != localSocket {
		s.note(&s.to, to)
	}
}

// localSocket stands for any Unix socket.
const localSocket = "a socket of this machine"

// address reads a struct sockaddr from a process's memory.
func address(pid uint32, at, size uint64) string {
	mem, err := os.Open(fmt.Sprintf("/proc/%d/mem", pid))
	if err != nil {
		return err.Error()
	}
	defer mem.Close()
	b := make([]byte, min(size, 128))
	if _, err := mem.ReadAt(b, int64(at)); err != nil || len(b) < 8 {
		return fmt.Sprintf("address of %d bytes: %v", size, err)
	}
	port := binary.BigEndian.Uint16(b[2:])
	switch family := binary.NativeEndian.Uint16(b); {
	case family == unix.AF_INET:
		return netip.AddrPortFrom(netip.AddrFrom4([4]byte(b[4:8])), port).String()
	case family == unix.AF_INET6 && len(b) >= 24:
		return netip.AddrPortFrom(netip.AddrFrom16([16]byte(b[8:24])).Unmap(), port).String()
	case family == unix.AF_UNIX:
		return localSocket
	default:
		return fmt.Sprintf("family %d %x", family, b)
	}
}

// TestWatcherSees: the watcher is no blind one.
func TestWatcherSees(t *testing.T) {
	cmd, s := watch(t, "list", "--rpc", "http://192.0.2.1:1")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	time.AfterFunc(3*time.Second, func() { cmd.Process.Kill() })
	cmd.Wait() // there is no node
	<-s.done
	if !slices.Contains(s.to, "192.0.2.1:1") {
		t.Errorf("it saw %q and not what the command was told to ask", s.to)
	}
}

// TestNothingLeavesTheMachine runs the guard with everything off that asks
// anybody: checks turn to nobody, the proxy to its node alone, whatever sites and
// tokens requests name.
func TestNothingLeavesTheMachine(t *testing.T) {
	if testing.Short() {
		t.Skip("starts a node")
	}
	const me = "0x1111111111111111111111111111111111111111"
	for _, args := range [][]string{
		{"site", "https://claim-uniswap-airdrop.example"},
		{"message", "https://evil.example/x?y", "--from", me, "--origin", "https://evil.example"},
		{"tx", "--from", me, "--to", me, "--value", "1"},
	} {
		cmd, s := watch(t, append([]string{"guard", "check"}, args...)...)
		var out bytes.Buffer
		cmd.Stdout = &out
		cmd.Run() // the exit code is the verdict
		<-s.done
		if out.Len() == 0 {
			t.Errorf("%q says nothing", args)
		}
		if len(s.to) > 0 || len(s.kinds) > 0 {
			t.Errorf("%q turns to %q with sockets of %q", args, s.to, s.kinds)
		}
	}

	node := upNode(t, t.TempDir())
	upstream := strings.TrimPrefix(node, "http://")
	cmd, s := watch(t, "guard", "proxy", "--upstream", node, "--listen", "127.0.0.1:0",
		"--json")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var where struct{ Address string }
	if err := json.NewDecoder(out).Decode(&where); err != nil {
		t.Fatal(err)
	}
	for _, body := range []string{
		`{"jsonrpc":"2.0","id":1,"method":"eth_blockNumber","params":[]}`,
		`{"jsonrpc":"2.0","id":2,"method":"eth_sendTransaction","params":[{"from":"` + me +
			`","to":"0x00000000000000000000000000000000000000ff","value":"0x1"}]}`,
		`{"jsonrpc":"2.0","id":3,"method":"personal_sign","params":["0x68747470733a2f2f6578",` +
			`"` + me + `"]}`,
	} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, where.Address,
			strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Origin", "https://claim-uniswap-airdrop.example")
		resp, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		text, _ := io.ReadAll(resp.Body)
		resp.Body.Close()
		if !json.Valid(text) {
			t.Errorf("%s: %s", body, text)
		}
	}
	cmd.Process.Signal(syscall.SIGTERM)
	cmd.Wait()
	<-s.done
	if !slices.Equal(s.to, []string{upstream}) {
		t.Errorf("the proxy turned to %q, want its node %s alone", s.to, upstream)
	}
}
