package dev.millrace.retrieval.vector;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.retrieval.vector.VectorEntry.Failure;
import dev.millrace.retrieval.vector.VectorEntry.Piece;
import dev.millrace.retrieval.vector.VectorEntry.Progress;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes the records of the topic of vectors.
 *
 * <p>The key is {@code SPACE/NUMBER/KEY} with the number of a piece and the key of the document, or
 * {@code SPACE/progress}. A value begins with a version, the kind, and the offset of the document,
 * and is big-endian.
 */
public final class VectorCodec {
    /** Most pieces of a document. */
    public static final int MAX_PIECES = 16;

    private static final byte VERSION = 1;
    private static final byte PIECE = 1;
    private static final byte FAILURE = 2;
    private static final byte PROGRESS = 3;
    private static final int HEAD_BYTES = 2 + Long.BYTES;
    private static final int PIECE_BYTES = HEAD_BYTES + 4 * Integer.BYTES;

    private VectorCodec() {}

    /** Returns the key of a piece, or with 0 of a failure. */
    public static byte[] key(VectorSpace space, int number, byte[] document) {
        byte[] prefix = (space.id() + '/' + number + '/').getBytes(UTF_8);
        byte[] key = Arrays.copyOf(prefix, prefix.length + document.length);
        System.arraycopy(document, 0, key, prefix.length, document.length);
        return key;
    }

    /** Returns the key of the progress of a partition. */
    public static byte[] progressKey(VectorSpace space) {
        return (space.id() + "/progress").getBytes(UTF_8);
    }

    /** Returns the key of the document that a failure belongs to; empty for another space. */
    public static Optional<byte[]> failedDocument(VectorSpace space, byte[] key) {
        byte[] prefix = (space.id() + "/0/").getBytes(UTF_8);
        return startsWith(key, prefix)
                ? Optional.of(Arrays.copyOfRange(key, prefix.length, key.length))
                : Optional.empty();
    }

    /**
     * Returns the key of the document that a record of any space belongs to; empty for progress.
     */
    public static Optional<byte[]> document(byte[] key) {
        int slashes = 0;
        for (int i = 0; i < key.length; i++) {
            if (key[i] == '/') {
                slashes++;
            }
            if (slashes == 2) {
                return Optional.of(Arrays.copyOfRange(key, i + 1, key.length));
            }
        }
        return Optional.empty();
    }

    /** Returns the most vectors of a piece. */
    public static int vectorsPerPiece(int dimensions, int maxBytes) {
        return Math.max(1, (maxBytes - PIECE_BYTES) / (dimensions * Float.BYTES));
    }

    public static byte[] bytes(VectorEntry entry) {
        return switch (entry) {
            case Piece it -> bytes(it);
            case Failure(long document, String code, String message) -> {
                byte[] text = (code + ' ' + message).getBytes(UTF_8);
                yield head(FAILURE, document, text.length).put(text).array();
            }
            case Progress(long document) -> head(PROGRESS, document, 0).array();
        };
    }

    private static byte[] bytes(Piece piece) {
        int dimensions = piece.vectors().isEmpty() ? 0 : piece.vectors().getFirst().length;
        int floats = piece.vectors().size() * dimensions;
        var bytes = ByteBuffer.allocate(PIECE_BYTES + floats * Float.BYTES);
        bytes.put(VERSION).put(PIECE).putLong(piece.document());
        bytes.putInt(piece.number())
                .putInt(piece.pieces())
                .putInt(piece.vectors().size())
                .putInt(dimensions);
        for (float[] it : piece.vectors()) {
            for (float component : it) {
                bytes.putFloat(component);
            }
        }
        return bytes.array();
    }

    private static ByteBuffer head(byte kind, long document, int bytes) {
        return ByteBuffer.allocate(HEAD_BYTES + bytes).put(VERSION).put(kind).putLong(document);
    }

    /** Reads a record; empty if it belongs to another space, is a deletion, or cannot be read. */
    public static Optional<VectorEntry> parse(
            VectorSpace space, byte @Nullable [] key, byte @Nullable [] value) {
        if (key == null || value == null || !startsWith(key, (space.id() + '/').getBytes(UTF_8))) {
            return Optional.empty();
        }
        var bytes = ByteBuffer.wrap(value);
        try {
            if (bytes.get() != VERSION) {
                return Optional.empty();
            }
            byte kind = bytes.get();
            long document = bytes.getLong();
            return switch (kind) {
                case PIECE -> piece(document, bytes);
                case FAILURE -> Optional.of(failure(document, bytes));
                case PROGRESS -> Optional.of(new Progress(document));
                default -> Optional.empty();
            };
        } catch (BufferUnderflowException _) {
            return Optional.empty();
        }
    }

    private static Optional<VectorEntry> piece(long document, ByteBuffer bytes) {
        int number = bytes.getInt();
        int pieces = bytes.getInt();
        int count = bytes.getInt();
        int dimensions = bytes.getInt();
        if (number < 0
                || number >= pieces
                || count < 0
                || dimensions < 0
                || (long) count * dimensions * Float.BYTES != bytes.remaining()) {
            return Optional.empty();
        }
        List<float[]> vectors = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            var vector = new float[dimensions];
            for (int j = 0; j < dimensions; j++) {
                vector[j] = bytes.getFloat();
            }
            vectors.add(vector);
        }
        return Optional.of(new Piece(document, number, pieces, vectors));
    }

    private static VectorEntry failure(long document, ByteBuffer bytes) {
        var text = new byte[bytes.remaining()];
        bytes.get(text);
        String[] parts = new String(text, UTF_8).split(" ", 2);
        return new Failure(document, parts[0], parts.length == 1 ? "" : parts[1]);
    }

    private static boolean startsWith(byte[] key, byte[] prefix) {
        return key.length >= prefix.length
                && Arrays.equals(key, 0, prefix.length, prefix, 0, prefix.length);
    }
}
