// Checks a log with code that this project has not written: golang.org/x/mod/sumdb/note and tlog.
//
//	checker log VKEY DIRECTORY [OLD-CHECKPOINT ...]
//	checker proof VKEY FILE
//
// The tiles of c2sp.org/tlog-tiles are those of the Go checksum database but for the height, which their paths leave
// out, and the entries, which lie in "entries" with a length of two bytes before each.
package main

import (
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const height = 8

func main() {
	if len(os.Args) < 4 {
		fmt.Fprintln(os.Stderr, "usage: checker log|proof VKEY PATH [OLD-CHECKPOINT ...]")
		os.Exit(2)
	}
	verifier, err := note.NewVerifier(os.Args[2])
	if err == nil && os.Args[1] == "log" {
		err = checkLog(verifier, os.Args[3], os.Args[4:])
	} else if err == nil {
		err = checkProof(verifier, os.Args[3])
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// directory reads tiles below it, each once. It implements tlog.TileReader.
type directory struct {
	path string
	read map[tlog.Tile][]byte
}

func (d *directory) Height() int { return height }

func (d *directory) SaveTiles([]tlog.Tile, [][]byte) {}

func (d *directory) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var found [][]byte
	for _, tile := range tiles {
		data, ok := d.read[tile]
		if !ok {
			var err error
			name := strings.Replace(tile.Path(), fmt.Sprintf("tile/%d/", height), "tile/", 1)
			if data, err = os.ReadFile(filepath.Join(d.path, name)); err != nil {
				return nil, err
			}
			d.read[tile] = data
		}
		found = append(found, data)
	}
	return found, nil
}

// bundle reads leaves of the log.
func (d *directory) bundle(n int64, width int) ([][]byte, error) {
	tile := tlog.Tile{H: height, L: -1, N: n, W: width}
	name := strings.Replace(tile.Path(), fmt.Sprintf("tile/%d/data/", height), "tile/entries/", 1)
	data, err := os.ReadFile(filepath.Join(d.path, name))
	if err != nil {
		return nil, err
	}
	var leaves [][]byte
	for len(data) >= 2 {
		length := int(binary.BigEndian.Uint16(data))
		if len(data) < 2+length {
			return nil, errors.New("a leaf is cut")
		}
		leaves, data = append(leaves, data[2:2+length]), data[2+length:]
	}
	if len(data) != 0 || len(leaves) != width {
		return nil, errors.New("a bundle does not hold its leaves")
	}
	return leaves, nil
}

// memory holds the hashes of a tree that was built here. It implements tlog.HashReader.
type memory []tlog.Hash

func (m memory) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	var found []tlog.Hash
	for _, index := range indexes {
		found = append(found, m[index])
	}
	return found, nil
}

func checkLog(verifier note.Verifier, path string, old []string) error {
	tree, err := open(verifier, filepath.Join(path, "checkpoint"))
	if err != nil {
		return err
	}
	files := &directory{path, map[tlog.Tile][]byte{}}
	tiles := tlog.TileHashReader(tree, files) // gives a hash only once its tile leads to the root
	built, err := build(tree, files, tiles)
	if err != nil {
		return err
	}
	if err := checkEveryLeaf(tree, built); err != nil {
		return err
	}
	for _, file := range old {
		if err := checkOlder(verifier, tree, tiles, file); err != nil {
			return err
		}
	}
	return nil
}

// build makes the tree from the leaves, each of which must be in the tiles.
func build(tree tlog.Tree, files *directory, tiles tlog.HashReader) (memory, error) {
	var built memory
	for begin := int64(0); begin < tree.N; begin += 1 << height {
		width := int(min(1<<height, tree.N-begin))
		leaves, err := files.bundle(begin>>height, width)
		if err != nil {
			return nil, err
		}
		var indexes []int64
		for n, leaf := range leaves {
			hashes, err := tlog.StoredHashes(begin+int64(n), leaf, built)
			if err != nil {
				return nil, err
			}
			built = append(built, hashes...)
			indexes = append(indexes, tlog.StoredHashIndex(0, begin+int64(n)))
		}
		hashes, err := tiles.ReadHashes(indexes)
		if err != nil {
			return nil, err
		}
		for n, leaf := range leaves {
			if hashes[n] != tlog.RecordHash(leaf) {
				return nil, errors.New("a leaf is not in the tiles")
			}
		}
	}
	return built, nil
}

func checkEveryLeaf(tree tlog.Tree, built memory) error {
	for n := int64(0); n < tree.N; n++ {
		proof, err := tlog.ProveRecord(tree.N, n, built)
		if err != nil {
			return err
		}
		if err := tlog.CheckRecord(proof, tree.N, tree.Hash, n, built[tlog.StoredHashIndex(0, n)]); err != nil {
			return err
		}
	}
	return nil
}

func checkOlder(verifier note.Verifier, tree tlog.Tree, tiles tlog.HashReader, file string) error {
	older, err := open(verifier, file)
	if err != nil {
		return err
	}
	proof, err := tlog.ProveTree(tree.N, older.N, tiles)
	if err != nil {
		return err
	}
	return tlog.CheckTree(proof, tree.N, tree.Hash, older.N, older.Hash)
}

// open reads a checkpoint of the log that bears the name of its key.
func open(verifier note.Verifier, file string) (tlog.Tree, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return tlog.Tree{}, err
	}
	return parse(verifier, data)
}

func parse(verifier note.Verifier, data []byte) (tlog.Tree, error) {
	signed, err := note.Open(data, note.VerifierList(verifier))
	if err != nil {
		return tlog.Tree{}, err
	}
	origin, rest, _ := strings.Cut(signed.Text, "\n")
	if origin != verifier.Name() {
		return tlog.Tree{}, errors.New("the checkpoint is of another log")
	}
	return tlog.ParseTree([]byte("go.sum database tree\n" + rest))
}

// checkProof checks a file of c2sp.org/tlog-proof@v1 that brings its leaf along.
func checkProof(verifier note.Verifier, file string) error {
	data, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	head, checkpoint, _ := strings.Cut(string(data), "\n\n")
	tree, err := parse(verifier, []byte(checkpoint))
	if err != nil {
		return err
	}
	lines := strings.Split(head, "\n")
	if len(lines) < 3 || lines[0] != "c2sp.org/tlog-proof@v1" {
		return errors.New("not a proof")
	}
	leaf, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(lines[1], "extra "))
	if err != nil {
		return err
	}
	index, err := strconv.ParseInt(strings.TrimPrefix(lines[2], "index "), 10, 64)
	if err != nil {
		return err
	}
	var proof tlog.RecordProof
	for _, line := range lines[3:] {
		hash, err := tlog.ParseHash(line)
		if err != nil {
			return err
		}
		proof = append(proof, hash)
	}
	return tlog.CheckRecord(proof, tree.N, tree.Hash, index, tlog.RecordHash(leaf))
}

func min(a, b int64) int64 {
	if a < b {
		return a
	}
	return b
}
