package dev.millrace.retrieval.index;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.lucene.document.Document;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.KnnVectorValues;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.ReaderUtil;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TermQuery;
import org.jspecify.annotations.Nullable;

/** Reads the vectors of a document from an index. */
final class StoredVectors {
    private StoredVectors() {}

    /** Returns the vectors if the document has exactly these passages, each with a vector. */
    static Optional<List<float[]>> of(IndexSearcher searcher, String id, List<String> passages)
            throws IOException {
        // One more than expected, so that a longer document is another one.
        ScoreDoc[] found =
                searcher.search(new TermQuery(PassageFields.document(id)), passages.size() + 1)
                        .scoreDocs;
        if (found.length != passages.size()) {
            return Optional.empty();
        }
        var vectors = new TreeMap<Integer, float[]>();
        for (ScoreDoc it : found) {
            Document fields = searcher.storedFields().document(it.doc);
            int number = PassageFields.number(fields);
            float @Nullable [] vector = vector(searcher, it.doc);
            if (vector == null
                    || number >= passages.size()
                    || !passages.get(number).equals(fields.get(PassageFields.TEXT))) {
                return Optional.empty();
            }
            vectors.put(number, vector);
        }
        return vectors.size() == passages.size()
                ? Optional.of(List.copyOf(vectors.values()))
                : Optional.empty();
    }

    private static float @Nullable [] vector(IndexSearcher searcher, int passage)
            throws IOException {
        List<LeafReaderContext> leaves = searcher.getIndexReader().leaves();
        LeafReaderContext leaf = leaves.get(ReaderUtil.subIndex(passage, leaves));
        @Nullable FloatVectorValues values =
                leaf.reader().getFloatVectorValues(PassageFields.VECTOR);
        if (values == null) {
            return null;
        }
        KnnVectorValues.DocIndexIterator at = values.iterator();
        int local = passage - leaf.docBase;
        return at.advance(local) == local ? values.vectorValue(at.index()).clone() : null;
    }
}
