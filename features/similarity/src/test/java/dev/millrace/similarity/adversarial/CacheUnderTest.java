package dev.millrace.similarity.adversarial;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import dev.millrace.similarity.embedding.EmbeddingModel;
import dev.millrace.similarity.index.SimilarityIndex;
import dev.millrace.similarity.paraphrase.EqualMeaning;
import dev.millrace.similarity.paraphrase.Wording;
import dev.millrace.similarity.prompt.NamespaceKey;
import dev.millrace.similarity.prompt.Prompt;
import dev.millrace.similarity.prompt.PromptReader;
import dev.millrace.similarity.prompt.PromptShape;
import dev.millrace.similarity.prompt.PromptTokens;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** A semantic cache of questions, put together from its parts. */
final class CacheUnderTest {
    private static final int CANDIDATES = 8;

    private record Entry(String text, Wording wording) {}

    private record Match(Entry entry, float cosine) {}

    private static final class Namespace {
        final SimilarityIndex index = SimilarityIndex.flat();
        final Map<Integer, Entry> entries = new HashMap<>();
    }

    private final EmbeddingModel model;
    private final float threshold;
    private final Map<String, Namespace> namespaces = new HashMap<>();

    CacheUnderTest(EmbeddingModel model, float threshold) {
        this.model = model;
        this.threshold = threshold;
    }

    private record Question(Prompt prompt, float[] embedding) {
        String namespace() {
            return NamespaceKey.of("acme", "/v1/chat/completions", List.of("gpt"), prompt);
        }
    }

    private Optional<Question> read(String text) {
        String body =
                "{\"messages\":[{\"role\":\"user\",\"content\":\"%s\"}]}"
                        .formatted(text.replace("\"", "\\\""));
        byte[] json = body.getBytes(UTF_8);
        return PromptReader.read(new PromptShape("messages", "text", true), json, 0, json.length)
                        instanceof Prompt prompt
                ? PromptTokens.of(model, prompt.text())
                        .map(it -> new Question(prompt, model.embed(it)))
                : Optional.empty();
    }

    /** Stores a question; returns false if it is not eligible. */
    boolean store(String text) {
        Optional<Question> question = read(text);
        question.ifPresent(
                it -> {
                    var namespace =
                            namespaces.computeIfAbsent(it.namespace(), _ -> new Namespace());
                    int slot = namespace.index.add(it.embedding());
                    namespace.entries.put(slot, new Entry(text, Wording.of(text)));
                });
        return question.isPresent();
    }

    /** Returns the stored question whose answer the cache would use. */
    Optional<String> find(String text) {
        var rule = new EqualMeaning(threshold, true);
        Wording wording = Wording.of(text);
        return neighbours(text).stream()
                .filter(it -> rule.of(it.cosine(), it.entry().wording(), wording))
                .map(it -> it.entry().text())
                .findFirst();
    }

    /** Returns true if a stored question is similar enough, ignoring the guard. */
    boolean isNear(String text) {
        return !neighbours(text).isEmpty();
    }

    private List<Match> neighbours(String text) {
        return read(text).stream()
                .flatMap(
                        it ->
                                Stream.ofNullable(namespaces.get(it.namespace()))
                                        .flatMap(each -> neighbours(each, it.embedding())))
                .toList();
    }

    private Stream<Match> neighbours(Namespace namespace, float[] embedding) {
        return namespace.index.nearest(embedding, threshold, CANDIDATES).stream()
                .map(
                        it ->
                                new Match(
                                        requireNonNull(namespace.entries.get(it.slot())),
                                        it.similarity()));
    }
}
