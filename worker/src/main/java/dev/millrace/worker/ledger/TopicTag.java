package dev.millrace.worker.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.zip.CRC32C;

/**
 * Tells the ledger of a topic from that of a topic of the same name that was deleted. Kafka keeps
 * offsets by name, so an offset of the old topic can be committed after the new one was created.
 * The tag is put before the ledger's own text. It is a letter and, in hexadecimal digits, the
 * CRC-32C of the topic id.
 */
public final class TopicTag {
    /** Characters of a tag. */
    public static final int CHARS = 9;

    static final char MARK = 't';

    private TopicTag() {}

    /** Returns the tag of the topic with the given id. */
    public static String of(String topicId) {
        var crc = new CRC32C();
        crc.update(topicId.getBytes(UTF_8));
        return "%c%08x".formatted(MARK, crc.getValue());
    }

    /** Returns true when the metadata has a tag, and it is not the given one. */
    public static boolean isOfAnother(String metadata, String tag) {
        return isTagged(metadata) && !metadata.startsWith(tag);
    }

    static boolean isTagged(String metadata) {
        return !metadata.isEmpty() && metadata.charAt(0) == MARK;
    }
}
