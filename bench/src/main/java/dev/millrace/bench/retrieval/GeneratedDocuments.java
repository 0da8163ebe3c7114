package dev.millrace.bench.retrieval;

import dev.millrace.retrieval.document.DocumentCodec;
import dev.millrace.retrieval.document.DocumentKey;
import dev.millrace.retrieval.document.DocumentKey.CollectionId;
import dev.millrace.retrieval.document.DocumentRecord;
import dev.millrace.retrieval.document.StoredDocument;
import dev.millrace.retrieval.follow.DocumentLog;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A topic of one partition with generated documents of one collection. Used by one thread.
 *
 * @see PassagePlan
 */
final class GeneratedDocuments implements DocumentLog {
    static final CollectionId COLLECTION = new CollectionId("default", "handbook");
    static final String SOURCE = "generated";

    /** As the service reads documents. */
    private static final int MAX_POLLED = 16;

    private final TopicText text;
    private final PassagePlan plan;
    private long next;

    GeneratedDocuments(TopicText text, PassagePlan plan) {
        this.text = text;
        this.plan = plan;
    }

    /** Returns the id of a document. */
    static String id(int number) {
        return "manuals/part-" + number + ".md";
    }

    @Override
    public String source() {
        return SOURCE;
    }

    @Override
    public boolean isReplaced() {
        return false;
    }

    @Override
    public void seek(Map<Integer, Long> offsets) {
        next = offsets.getOrDefault(0, 0L);
    }

    @Override
    public void pause(Set<Integer> partitions) {}

    @Override
    public List<DocumentRecord> poll(Duration wait) {
        var records = new ArrayList<DocumentRecord>();
        while (next < plan.documents() && records.size() < MAX_POLLED) {
            records.add(document((int) next));
            next++;
        }
        return records;
    }

    private DocumentRecord document(int number) {
        String content =
                text.document(number, plan.paragraphs(number), plan.sentencesOfAParagraph());
        var document =
                new StoredDocument(
                        "Part " + number,
                        id(number),
                        Map.of("lang", "en", "team", "team-" + number % 10),
                        content);
        return new DocumentRecord(
                0,
                number,
                new DocumentKey(COLLECTION, id(number)).bytes(),
                DocumentCodec.toJson(document));
    }

    /** Returns true if all documents were read. */
    boolean isAtEnd() {
        return next == plan.documents();
    }

    @Override
    public Map<Integer, Long> positions() {
        return Map.of(0, next);
    }

    @Override
    public Map<Integer, Long> ends() {
        return Map.of(0, (long) plan.documents());
    }

    @Override
    public void close() {}
}
