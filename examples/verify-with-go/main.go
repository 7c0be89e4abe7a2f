// Verifies a trail's log over HTTP with Go's transparency log packages, using no code of this project.
//
//	AUDIT_API_KEY=<key with the scope read> verify-with-go <service URL> <organisation id>
//
// It opens the signed checkpoint, reads every tile through a reader that verifies it against the signed root, compares
// every entry with its leaf, and checks the receipts of the first, a middle and the last event.
package main

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const tileHeight = 8

type logReader struct{ base, key string }

func main() {
	log.SetFlags(0)
	if len(os.Args) != 3 {
		log.Fatal("usage: AUDIT_API_KEY=<key> verify-with-go <service URL> <organisation id>")
	}
	reader := logReader{strings.TrimSuffix(os.Args[1], "/") + "/log/" + os.Args[2] + "/", os.Getenv("AUDIT_API_KEY")}

	verifier, err := note.NewVerifier(strings.TrimSpace(string(reader.get("log.vkey"))))
	check(err, "log.vkey")
	size, root := openCheckpoint(reader.get("checkpoint"), verifier)
	fmt.Printf("note: checkpoint of %d entries signed by %s\n", size, verifier.Name())

	// The reader verifies each downloaded tile against the signed root before it uses any of its hashes.
	hashes := tlog.TileHashReader(tlog.Tree{N: size, Hash: root}, reader)
	computed, err := tlog.TreeHash(size, hashes)
	check(err, "tree hash")
	if computed != root {
		log.Fatalf("tlog: the root of the tiles is %v, the checkpoint's is %v", computed, root)
	}
	fmt.Println("tlog: the tiles match the signed root")

	leaves := reader.readLeaves(size)
	indexes := make([]int64, size)
	for i := range indexes {
		indexes[i] = tlog.StoredHashIndex(0, int64(i))
	}
	stored, err := hashes.ReadHashes(indexes)
	check(err, "leaf hashes")
	for i, leaf := range leaves {
		if tlog.RecordHash(leaf) != stored[i] {
			log.Fatalf("tlog: entry %d does not match its leaf hash", i)
		}
	}
	fmt.Printf("tlog: %d entries match their leaf hashes\n", size)

	for _, seq := range []int64{0, size / 2, size - 1} {
		reader.checkReceipt(seq, leaves[seq], verifier)
	}
}

func openCheckpoint(text []byte, verifier note.Verifier) (int64, tlog.Hash) {
	opened, err := note.Open(text, note.VerifierList(verifier))
	check(err, "checkpoint")
	lines := strings.Split(opened.Text, "\n")
	if len(lines) < 4 || lines[0] != verifier.Name() {
		log.Fatalf("the checkpoint is from another log: %q", lines[0])
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	check(err, "checkpoint size")
	root, err := tlog.ParseHash(lines[2])
	check(err, "checkpoint root")
	return size, root
}

func (r logReader) readLeaves(size int64) [][]byte {
	var leaves [][]byte
	for first := int64(0); first < size; first += 1 << tileHeight {
		tile := tlog.Tile{H: tileHeight, L: -1, N: first >> tileHeight, W: 1 << tileHeight}
		if size-first < 1<<tileHeight {
			tile.W = int(size - first)
		}
		bundle := r.get(path(tile))
		for len(bundle) > 0 {
			length := 2 + int(binary.BigEndian.Uint16(bundle))
			leaves = append(leaves, bundle[2:length])
			bundle = bundle[length:]
		}
	}
	if int64(len(leaves)) != size {
		log.Fatalf("the bundles contain %d entries, the checkpoint covers %d", len(leaves), size)
	}
	return leaves
}

// A receipt has the C2SP tlog-proof format: index, hashes from the leaf to the root, and a checkpoint.
func (r logReader) checkReceipt(seq int64, entry []byte, verifier note.Verifier) {
	receipt := r.get(fmt.Sprintf("receipts/%d.tlog-proof", seq))
	head, checkpoint, found := bytes.Cut(receipt, []byte("\n\n"))
	lines := strings.Split(string(head), "\n")
	if !found || len(lines) < 2 || lines[0] != "c2sp.org/tlog-proof@v1" || lines[1] != fmt.Sprintf("index %d", seq) {
		log.Fatalf("receipt %d is malformed", seq)
	}
	var proof tlog.RecordProof
	for _, line := range lines[2:] {
		hash, err := base64.StdEncoding.DecodeString(line)
		check(err, "receipt hash")
		var h tlog.Hash
		if copy(h[:], hash) != len(h) || len(hash) != len(h) {
			log.Fatalf("receipt %d has a hash of %d bytes", seq, len(hash))
		}
		proof = append(proof, h)
	}
	size, root := openCheckpoint(checkpoint, verifier)
	check(tlog.CheckRecord(proof, size, root, seq, tlog.RecordHash(entry)), fmt.Sprintf("receipt %d", seq))
	fmt.Printf("tlog: receipt %d proves its entry in a tree of %d\n", seq, size)
}

// Height implements tlog.TileReader.
func (r logReader) Height() int { return tileHeight }

// ReadTiles implements tlog.TileReader.
func (r logReader) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	data := make([][]byte, len(tiles))
	for i, tile := range tiles {
		data[i] = r.get(path(tile))
	}
	return data, nil
}

// SaveTiles implements tlog.TileReader; nothing is kept.
func (r logReader) SaveTiles([]tlog.Tile, [][]byte) {}

// path returns the C2SP tlog-tiles path: Go's path without the height, and with "entries" instead of "data".
func path(tile tlog.Tile) string {
	p := strings.Replace(tile.Path(), fmt.Sprintf("tile/%d/", tileHeight), "tile/", 1)
	return strings.Replace(p, "tile/data/", "tile/entries/", 1)
}

func (r logReader) get(path string) []byte {
	request, err := http.NewRequest("GET", r.base+path, nil)
	check(err, path)
	request.Header.Set("Authorization", "Bearer "+r.key)
	response, err := http.DefaultClient.Do(request)
	check(err, path)
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	check(err, path)
	if response.StatusCode != http.StatusOK {
		log.Fatalf("%s: %s %s", path, response.Status, body)
	}
	return body
}

func check(err error, what string) {
	if err != nil {
		log.Fatalf("%s: %v", what, err)
	}
}
