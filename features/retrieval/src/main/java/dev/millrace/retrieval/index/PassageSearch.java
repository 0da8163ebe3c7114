package dev.millrace.retrieval.index;

import dev.millrace.retrieval.embedding.EmbeddingException;
import dev.millrace.retrieval.embedding.TextEmbedder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.miscellaneous.LimitTokenCountAnalyzer;
import org.apache.lucene.document.Document;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.KnnVectorValues;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.ReaderUtil;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.util.QueryBuilder;
import org.jspecify.annotations.Nullable;

/** Finds passages, and the vectors of a document, in one state of an index. */
final class PassageSearch {
    /** Passages that each ranking contributes, at least. */
    private static final int DEPTH = 100;

    /** Words of a question that count, as Lucene refuses more. Each sign of Chinese is a word. */
    private static final int MAX_WORDS = 1_000;

    private static final Comparator<PassageHit> ORDER =
            Comparator.comparingDouble(PassageHit::score)
                    .reversed()
                    .thenComparing(PassageHit::document)
                    .thenComparingInt(PassageHit::number);

    private final IndexSearcher searcher;
    private final Analyzer analyzer;
    private final TextEmbedder embedder;

    PassageSearch(IndexSearcher searcher, Analyzer analyzer, TextEmbedder embedder) {
        this.searcher = searcher;
        this.analyzer = analyzer;
        this.embedder = embedder;
    }

    /**
     * Returns the best passages. Passages with equal scores are ordered by the id of their document
     * and their position in it, so that all processes give one order.
     */
    List<PassageHit> hits(PassageQuery query) throws IOException {
        var hits = new ArrayList<PassageHit>();
        for (RankedPassage it : best(query)) {
            hits.add(
                    PassageFields.hit(
                            searcher.storedFields().document(it.passage()),
                            it,
                            it.score(query.mode())));
        }
        return hits.stream().sorted(ORDER).limit(query.topK()).toList();
    }

    /** Returns the best passages, with all that have the score of the last one. */
    private List<RankedPassage> best(PassageQuery query) throws IOException {
        ToDoubleFunction<RankedPassage> score = it -> it.score(query.mode());
        List<RankedPassage> sorted =
                ranked(query).stream()
                        .sorted(Comparator.comparingDouble(score).reversed())
                        .toList();
        if (sorted.size() <= query.topK()) {
            return sorted;
        }
        double last = score.applyAsDouble(sorted.get(query.topK() - 1));
        return sorted.stream().takeWhile(it -> score.applyAsDouble(it) >= last).toList();
    }

    private Collection<RankedPassage> ranked(PassageQuery query) throws IOException {
        int depth = Math.max(DEPTH, query.topK());
        var ranked = new LinkedHashMap<Integer, RankedPassage>();
        if (query.mode().usesWords()) {
            byWords(query, depth).forEach(it -> ranked.put(it.passage(), it));
        }
        if (query.mode().usesVectors()) {
            byVector(query, depth)
                    .forEach(it -> ranked.merge(it.passage(), it, RankedPassage::joined));
        }
        return ranked.values();
    }

    private List<RankedPassage> byWords(PassageQuery query, int depth) throws IOException {
        @Nullable Query words =
                new QueryBuilder(new LimitTokenCountAnalyzer(analyzer, MAX_WORDS))
                        .createBooleanQuery(PassageFields.TEXT, query.text());
        if (words == null) {
            // Only words that occur everywhere, such as "the".
            return List.of();
        }
        var filtered = new BooleanQuery.Builder().add(words, Occur.MUST);
        filter(query.filter()).ifPresent(it -> filtered.add(it, Occur.FILTER));
        ScoreDoc[] found = searcher.search(filtered.build(), depth).scoreDocs;
        var ranked = new ArrayList<RankedPassage>(found.length);
        int[] ranks = ranks(found);
        for (int i = 0; i < found.length; i++) {
            ranked.add(RankedPassage.byWords(found[i].doc, ranks[i], found[i].score));
        }
        return ranked;
    }

    private List<RankedPassage> byVector(PassageQuery query, int depth) throws IOException {
        if (searcher.getIndexReader().numDocs() == 0) {
            // Otherwise an empty collection would load the model.
            return List.of();
        }
        float[] vector = embedder.embed(query.text());
        int stored = dimensions(searcher);
        if (stored == 0) {
            return List.of();
        }
        if (stored != vector.length) {
            throw new EmbeddingException(
                    "validation_error",
                    "the embedding of the question has "
                            + vector.length
                            + " dimensions, those of the documents "
                            + stored);
        }
        var nearest =
                new KnnFloatVectorQuery(
                        PassageFields.VECTOR, vector, depth, filter(query.filter()).orElse(null));
        ScoreDoc[] found = searcher.search(nearest, depth).scoreDocs;
        var ranked = new ArrayList<RankedPassage>(found.length);
        int[] ranks = ranks(found);
        for (int i = 0; i < found.length; i++) {
            // Lucene scores the cosine of vectors of length 1 as (1 + cosine) / 2.
            double cosine = 2.0 * found[i].score - 1;
            ranked.add(RankedPassage.byVector(found[i].doc, ranks[i], cosine));
        }
        return ranked;
    }

    /** Returns the rank of each passage, from 1. Passages with equal scores share a rank. */
    private static int[] ranks(ScoreDoc[] found) {
        var ranks = new int[found.length];
        for (int i = 0; i < found.length; i++) {
            boolean isTied = i > 0 && found[i].score == found[i - 1].score;
            ranks[i] = isTied ? ranks[i - 1] : i + 1;
        }
        return ranks;
    }

    /** Returns the length of the vectors; 0 if there are none. */
    static int dimensions(IndexSearcher searcher) {
        return searcher.getIndexReader().leaves().stream()
                .map(it -> it.reader().getFieldInfos().fieldInfo(PassageFields.VECTOR))
                .filter(Objects::nonNull)
                .mapToInt(FieldInfo::getVectorDimension)
                .max()
                .orElse(0);
    }

    private static Optional<Query> filter(Map<String, String> values) {
        if (values.isEmpty()) {
            return Optional.empty();
        }
        var all = new BooleanQuery.Builder();
        values.forEach(
                (key, value) ->
                        all.add(new TermQuery(PassageFields.metadata(key, value)), Occur.FILTER));
        return Optional.of(all.build());
    }

    /** Returns the vectors if the document has exactly these passages, each with a vector. */
    static Optional<List<float[]>> vectors(IndexSearcher searcher, String id, List<String> passages)
            throws IOException {
        // Searches one more than expected, to detect a longer document.
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
