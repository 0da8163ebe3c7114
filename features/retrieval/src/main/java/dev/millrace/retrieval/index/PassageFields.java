package dev.millrace.retrieval.index;

import dev.millrace.similarity.chunk.TextSpan;
import java.util.HashMap;
import java.util.Map;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.IndexableField;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.jspecify.annotations.Nullable;

/** The fields of a passage in the index. */
final class PassageFields {
    static final String TEXT = "text";
    static final String VECTOR = "vector";
    private static final String DOCUMENT = "document";
    private static final String NUMBER = "number";
    private static final String START = "start";
    private static final String END = "end";
    private static final String TITLE = "title";
    private static final String SOURCE = "source";

    /** A term that no other key and value share, since keys contain no such character. */
    private static final String METADATA = "metadata";

    private static final String META = "meta.";
    private static final char SEPARATOR = '\0';

    private PassageFields() {}

    static Document passage(
            SourceDocument document, int number, TextSpan span, float @Nullable [] vector) {
        var fields = new Document();
        fields.add(new StringField(DOCUMENT, document.id(), Field.Store.YES));
        fields.add(new StoredField(NUMBER, number));
        fields.add(new StoredField(START, span.start()));
        fields.add(new StoredField(END, span.end()));
        fields.add(new TextField(TEXT, span.of(document.text()), Field.Store.YES));
        if (vector != null) {
            fields.add(
                    new KnnFloatVectorField(VECTOR, vector, VectorSimilarityFunction.DOT_PRODUCT));
        }
        if (document.title() != null) {
            fields.add(new StoredField(TITLE, document.title()));
        }
        if (document.source() != null) {
            fields.add(new StoredField(SOURCE, document.source()));
        }
        document.metadata()
                .forEach(
                        (key, value) -> {
                            fields.add(new StringField(METADATA, pair(key, value), Field.Store.NO));
                            fields.add(new StoredField(META + key, value));
                        });
        return fields;
    }

    private static String pair(String key, String value) {
        return key + SEPARATOR + value;
    }

    /** Returns the term of all passages of a document. */
    static Term document(String id) {
        return new Term(DOCUMENT, id);
    }

    /** Returns the term of all passages whose document has a value. */
    static Term metadata(String key, String value) {
        return new Term(METADATA, pair(key, value));
    }

    static PassageHit hit(Document fields, RankedPassage ranked, double score) {
        var metadata = new HashMap<String, String>();
        for (IndexableField it : fields) {
            if (it.name().startsWith(META)) {
                metadata.put(it.name().substring(META.length()), it.stringValue());
            }
        }
        return new PassageHit(
                fields.get(DOCUMENT),
                number(fields, NUMBER),
                number(fields, START),
                number(fields, END),
                fields.get(TEXT),
                Map.copyOf(metadata),
                fields.get(TITLE),
                fields.get(SOURCE),
                score,
                ranked.bm25(),
                ranked.cosine());
    }

    /** Returns the number of a passage in its document, from 0. */
    static int number(Document fields) {
        return number(fields, NUMBER);
    }

    private static int number(Document fields, String name) {
        return fields.getField(name).numericValue().intValue();
    }
}
