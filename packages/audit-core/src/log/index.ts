/** The transparency log as pure functions: hashes, tiles, proofs, signed checkpoints, entries and disclosures. */

export { encodeBase64Url } from './base64.ts';
export {
  formatCheckpoint,
  openCheckpoint,
  parseCheckpoint,
  type Checkpoint,
  type OpenedCheckpoint,
} from './checkpoint.ts';
export { proveConsistency, verifyConsistency, type Consistency } from './consistency-proof.ts';
export {
  cosignatureMessage,
  decodeCosignature,
  encodeCosignature,
  type Cosignature,
} from './cosignature.ts';
export {
  digestDisclosure,
  makeDisclosure,
  matchDisclosures,
  parseDisclosure,
  type DigestDisclosure,
  type Disclosure,
} from './disclosure.ts';
export { buildEntry, parseEntry, type Entry } from './entry.ts';
export {
  appendLeaves,
  decodeFrontier,
  emptyFrontier,
  encodeFrontier,
  frontierRoot,
  type Append,
  type FilledTile,
  type Frontier,
} from './frontier.ts';
export { decodeBundle, encodeBundle } from './entry-bundle.ts';
export {
  readFrontier,
  readHashesFromTiles,
  type ReadHashes,
  type ReadTiles,
} from './hash-reader.ts';
export { emptyRoot, hashBytes, leafHash, nodeHash, type Sha256 } from './hashing.ts';
export { proveInclusion, verifyInclusion, type Inclusion } from './inclusion-proof.ts';
export { LogError, type LogErrorCode } from './log-error.ts';
export {
  openNote,
  type OpenedNote,
  type VerifiedSignature,
  type VerifyEd25519,
} from './open-note.ts';
export { formatReceipt, parseReceipt, verifyReceipt, type Receipt } from './receipt.ts';
export {
  cosigner,
  ed25519Signer,
  signNote,
  type NoteSigner,
  type SignEd25519,
} from './sign-note.ts';
export { formatNote, parseNote, type NoteSignature, type SignedNote } from './signed-note.ts';
export {
  completedTiles,
  partialTiles,
  tileBytes,
  tileRoot,
  tileWidth,
  widthOfTile,
  type ReadStoredHashes,
  type Tile,
  type TileId,
} from './tile.ts';
export { formatTilePath, parseTilePath, type TilePath } from './tile-path.ts';
export { type KnownRoot, type KnownRoots, type TrailProblem } from './root-check.ts';
export { type Subtree } from './subtree.ts';
export {
  verifyTrail,
  type PositionReport,
  type TrailVerdict,
  type VerifyTrailOptions,
} from './verify-trail.ts';
export { type DisclosureState, type StoredPosition } from './verify-position.ts';
export {
  formatVerifierKey,
  makeVerifierKey,
  parseVerifierKey,
  signatureTypes,
  type SignatureType,
  type VerifierKey,
} from './verifier-key.ts';
