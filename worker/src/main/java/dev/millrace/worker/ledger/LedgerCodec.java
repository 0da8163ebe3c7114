package dev.millrace.worker.ledger;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * A ledger as the metadata of a committed offset, and back. The text is a version digit and, in
 * base64 without padding: a checksum (4 bytes), a {@link Form} (1 byte), the distance of the
 * frontier from the offset (a {@link Varint}) and the unfinished offsets in that form. The smallest
 * form is taken.
 *
 * <p>The checksum covers the offset: metadata that a tool has carried over to another offset names
 * the wrong jobs, and is refused.
 */
final class LedgerCodec {
    /** What Kafka's {@code offset.metadata.max.bytes} is by default. */
    static final int DEFAULT_LIMIT_CHARS = 4_096;

    /** Bounds what a few crafted bytes can make a reader allocate. */
    static final int MAX_UNFINISHED = 1_000_000;

    private static final char VERSION = '1';
    private static final int CHECKSUM_BYTES = 4;
    private static final int FORM_BYTES = 1;
    private static final int CHARS_PER_GROUP = 4;
    private static final int BYTES_PER_GROUP = 3;

    private LedgerCodec() {}

    /**
     * The metadata for these offsets.
     *
     * @param unfinished ascending, all below {@code frontier}; the first of them is the committed
     *     offset; when empty, the frontier is
     */
    static String encode(long[] unfinished, long frontier) {
        // When nothing below the frontier is finished, the offset says it all.
        if (unfinished.length == 0 || unfinished.length == frontier - unfinished[0]) {
            return "";
        }
        Form smallest = Form.LIST;
        for (Form form : Form.values()) {
            if (form.size(unfinished) < smallest.size(unfinished)) {
                smallest = form;
            }
        }
        var out = new ByteArrayOutputStream();
        out.write(smallest.code());
        Varint.write(out, frontier - unfinished[0]);
        smallest.write(unfinished, out);
        byte[] content = out.toByteArray();
        byte[] whole =
                ByteBuffer.allocate(CHECKSUM_BYTES + content.length)
                        .putInt(checksum(unfinished[0], content))
                        .put(content)
                        .array();
        return VERSION + Base64.getUrlEncoder().withoutPadding().encodeToString(whole);
    }

    /** Characters of metadata whose frontier lies that far and whose offsets take so many bytes. */
    static long chars(long distance, long offsetBytes) {
        long bytes = CHECKSUM_BYTES + FORM_BYTES + Varint.size(distance) + offsetBytes;
        return 1 + (bytes * CHARS_PER_GROUP + BYTES_PER_GROUP - 1) / BYTES_PER_GROUP;
    }

    static Reading decode(long offset, String metadata) {
        if (metadata.isEmpty()) {
            return new Reading.Known(offset, offset, new long[0]);
        }
        if (metadata.charAt(0) != VERSION) {
            return new Reading.Unreadable(
                    "its version is " + metadata.charAt(0) + ", this program reads " + VERSION);
        }
        try {
            return decode(offset, Base64.getUrlDecoder().decode(metadata.substring(1)));
        } catch (IllegalArgumentException | ArithmeticException e) {
            return new Reading.Unreadable(String.valueOf(e.getMessage()));
        }
    }

    private static Reading decode(long offset, byte[] whole) {
        if (whole.length <= CHECKSUM_BYTES + FORM_BYTES) {
            return new Reading.Unreadable("it is cut off");
        }
        ByteBuffer in = ByteBuffer.wrap(whole);
        int expected = in.getInt();
        byte[] content = new byte[whole.length - CHECKSUM_BYTES];
        in.slice().get(content);
        if (checksum(offset, content) != expected) {
            return new Reading.Unreadable(
                    "its checksum is wrong: it is damaged, or belongs to another offset");
        }
        int code = in.get();
        Optional<Form> form = Form.of(code);
        if (form.isEmpty()) {
            return new Reading.Unreadable("its form " + code + " is not known");
        }
        long frontier = Math.addExact(offset, Varint.read(in));
        List<Long> unfinished = form.get().read(offset, in);
        if (unfinished.isEmpty() || unfinished.getLast() >= frontier) {
            return new Reading.Unreadable("it names offsets beyond its end");
        }
        return new Reading.Known(
                offset, frontier, unfinished.stream().mapToLong(Long::longValue).toArray());
    }

    private static int checksum(long offset, byte[] content) {
        var crc = new CRC32C();
        crc.update(ByteBuffer.allocate(Long.BYTES).putLong(offset).flip());
        crc.update(content);
        return (int) crc.getValue();
    }
}
