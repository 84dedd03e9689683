package swarm

// Owner is under which name the swarm's checkpoint is kept.
func (s *Swarm) Owner() [32]byte { return s.owner() }

// At is the last block the swarm has taken in.
func (s *Swarm) At() (height uint64) {
	s.step(func() { height = s.height })
	return height
}

// Decode reads a checkpoint's state as a swarm that resumes does.
func (s *Swarm) Decode(text []byte) error { return s.restore(text, nil, 0) }
