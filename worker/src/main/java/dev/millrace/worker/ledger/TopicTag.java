package dev.millrace.worker.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/**
 * Distinguishes the ledger of a topic from the ledger of a deleted topic of equal name. Kafka
 * stores offsets by topic name, so an offset of the old topic can be committed after the new topic
 * was created. The tag precedes the ledger's text. The tag is a letter and the CRC-32C of the topic
 * id in hexadecimal digits.
 */
public final class TopicTag {
    /** Length of a tag in characters. */
    public static final int CHARS = 9;

    private static final char MARK = 't';
    private static final Pattern TAGGED = Pattern.compile(MARK + "[0-9a-f]{8}");

    private TopicTag() {}

    public static String of(String topicId) {
        var crc = new CRC32C();
        crc.update(topicId.getBytes(UTF_8));
        return of((int) crc.getValue());
    }

    /** Returns a tag with any content. */
    static String of(int content) {
        return "%c%08x".formatted(MARK, content);
    }

    /** Returns the content of the tag at a position. */
    static int content(String metadata, int at) {
        return Integer.parseUnsignedInt(metadata, at + 1, at + CHARS, 16);
    }

    /** Returns the number of characters of all tags at the start of the metadata. */
    static int prefixChars(String metadata) {
        var matcher = TAGGED.matcher(metadata);
        int end = 0;
        while (matcher.region(end, metadata.length()).lookingAt()) {
            end = matcher.end();
        }
        return end;
    }

    /** Returns true if the metadata has a tag that differs from the given one. */
    public static boolean hasOtherTag(String metadata, String tag) {
        return isTagged(metadata) && !metadata.startsWith(tag);
    }

    /**
     * Returns true if the metadata starts with a tag. Another program's text can start with the
     * tag's letter, but not with a whole tag.
     */
    static boolean isTagged(String metadata) {
        return TAGGED.matcher(metadata).lookingAt();
    }
}
