package dev.millrace.standalone.run.journal;

import dev.millrace.contracts.job.ParseResult;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.contracts.job.Span;
import dev.millrace.contracts.json.CanonicalJson;
import dev.millrace.producer.BatchLine;
import dev.millrace.producer.ParsedLine;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Optional;

/**
 * Computes the key by which the journal recognizes a line: a digest of custom_id, tenant, url and
 * body. White space, the order of keys and the notation of strings may change without a new call,
 * as may other fields, such as priority and metadata. The key covers the bytes of a body whose
 * meaning is ambiguous, and all bytes of an invalid line.
 */
public final class LineKey {
    private static final int BYTES = 16;

    private LineKey() {}

    /** Returns the key of a line, 16 bytes. */
    public static byte[] of(ParsedLine line) {
        return line.parsed() instanceof ParseResult.Accepted accepted
                ? ofRequest(accepted.line())
                : ofBytes(line.source());
    }

    private static byte[] ofRequest(RequestLine line) {
        Span body = line.body();
        Optional<byte[]> canonical = CanonicalJson.digest(line.bytes(), body.start());
        var digest = sha256();
        digest.update((byte) (canonical.isPresent() ? 'C' : 'R'));
        update(digest, line.customId());
        update(digest, line.options().tenant() == null ? "" : line.options().tenant());
        update(digest, line.endpoint().url());
        canonical.ifPresentOrElse(
                digest::update, () -> digest.update(line.bytes(), body.start(), body.length()));
        return Arrays.copyOf(digest.digest(), BYTES);
    }

    private static byte[] ofBytes(BatchLine line) {
        var digest = sha256();
        digest.update((byte) 'B');
        digest.update(ByteBuffer.allocate(Long.BYTES).putLong(line.size()).array());
        digest.update(line.bytes());
        return Arrays.copyOf(digest.digest(), BYTES);
    }

    private static void update(MessageDigest digest, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
        digest.update(bytes);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
