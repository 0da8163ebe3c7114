package dev.millrace.retrieval.document;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.job.Names;
import dev.millrace.contracts.json.JsonBytes;
import dev.millrace.contracts.retrieval.CollectionNames;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The key of a document on its topic: {@code tenant/collection/id}. In the tenant, {@code %} and
 * {@code /} are written as {@code %25} and {@code %2F}.
 *
 * @param id unique in its collection, 1 to {@link #MAX_ID_BYTES} bytes of UTF-8
 */
public record DocumentKey(CollectionId in, String id) {
    /** Longest id in bytes. The ids of all passages of a job fit into the headers of its record. */
    public static final int MAX_ID_BYTES = 256;

    /** The rule for ids, for messages. */
    public static final String ID_RULE =
            "must have 1 to " + MAX_ID_BYTES + " bytes, and no control characters";

    /**
     * A collection of a tenant.
     *
     * @param name see {@link CollectionNames}
     */
    public record CollectionId(String tenant, String name) {
        public CollectionId {
            if (!Names.isTenant(tenant) || !CollectionNames.isCollection(name)) {
                throw new IllegalArgumentException("not a collection: " + tenant + ", " + name);
            }
        }
    }

    public DocumentKey {
        if (!isId(id)) {
            throw new IllegalArgumentException("the id of a document " + ID_RULE);
        }
    }

    /** Returns true if a text is valid as the id of a document. */
    public static boolean isId(String id) {
        return !id.isBlank()
                && id.chars().noneMatch(Character::isISOControl)
                && JsonBytes.encodable(id).equals(id)
                && id.getBytes(UTF_8).length <= MAX_ID_BYTES;
    }

    /** Returns the key of the record. */
    public byte[] bytes() {
        String tenant = in.tenant().replace("%", "%25").replace("/", "%2F");
        return (tenant + '/' + in.name() + '/' + id).getBytes(UTF_8);
    }

    /** Reads the key of a record; empty if it is none. */
    public static Optional<DocumentKey> parse(byte @Nullable [] bytes) {
        String text = bytes == null ? "" : new String(bytes, UTF_8);
        int first = text.indexOf('/');
        int second = text.indexOf('/', first + 1);
        if (first < 0 || second < 0) {
            return Optional.empty();
        }
        String tenant = text.substring(0, first).replace("%2F", "/").replace("%25", "%");
        String collection = text.substring(first + 1, second);
        String id = text.substring(second + 1);
        return Names.isTenant(tenant) && CollectionNames.isCollection(collection) && isId(id)
                ? Optional.of(new DocumentKey(new CollectionId(tenant, collection), id))
                : Optional.empty();
    }
}
