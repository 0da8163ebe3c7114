package dev.millrace.standalone.cache;

import dev.millrace.configuration.RouterConfig.SemanticCache.Guard;
import dev.millrace.contracts.json.JsonBytes;
import dev.millrace.similarity.evaluation.Evaluation;
import dev.millrace.similarity.evaluation.ScoredPair;
import dev.millrace.similarity.paraphrase.EqualMeaning;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import tools.jackson.core.JsonGenerator;

/**
 * Formats what labelled pairs say about thresholds.
 *
 * @param thresholds in ascending order, not empty
 */
record EvaluationReport(List<ScoredPair> pairs, List<Double> thresholds, Guard guard) {
    private static final double PERCENT = 100;

    /** Returns the lines of a table. */
    List<String> lines(boolean listsWrong) {
        var lines = new ArrayList<String>();
        lines.add(
                "%,d pairs, %,d with the same answer; guard %s"
                        .formatted(pairs.size(), same(), guard.word()));
        lines.add("threshold   hits  hit rate  wrong  precision  95 % interval");
        for (double threshold : thresholds) {
            Evaluation counts = Evaluation.of(pairs, rule(threshold));
            lines.add(
                    counts.hits() == 0
                            ? String.format(Locale.ROOT, "%9s %,6d", text(threshold), 0)
                            : String.format(
                                    Locale.ROOT,
                                    "%9s %,6d %7.1f %% %6d %8.1f %%  %.1f to %.1f %%",
                                    text(threshold),
                                    counts.hits(),
                                    PERCENT * counts.hitRate(),
                                    counts.wrong(),
                                    PERCENT * counts.precision(),
                                    PERCENT * counts.leastPrecision(),
                                    PERCENT * counts.highestPrecision()));
        }
        if (listsWrong) {
            for (ScoredPair it : wrong()) {
                lines.add(
                        String.format(
                                Locale.ROOT,
                                "line %d, cosine %.3f: %s | %s",
                                it.pair().line(),
                                it.cosine(),
                                it.pair().a(),
                                it.pair().b()));
            }
        }
        return lines;
    }

    private static String text(double threshold) {
        return threshold * PERCENT == Math.rint(threshold * PERCENT)
                ? String.format(Locale.ROOT, "%.2f", threshold)
                : Double.toString(threshold);
    }

    private long same() {
        return pairs.stream().filter(it -> it.pair().isSame()).count();
    }

    private EqualMeaning rule(double threshold) {
        return new EqualMeaning((float) threshold, guard == Guard.STRICT);
    }

    /** Returns the wrong hits at the lowest threshold, the most similar ones first. */
    private List<ScoredPair> wrong() {
        EqualMeaning lowest = rule(thresholds.getFirst());
        return pairs.stream()
                .filter(it -> !it.pair().isSame() && lowest.of(it.cosine(), it.a(), it.b()))
                .sorted(Comparator.comparingDouble(ScoredPair::cosine).reversed())
                .toList();
    }

    /** Returns the report as one line of JSON. */
    String json(boolean listsWrong) {
        var out = new ByteArrayOutputStream();
        try (JsonGenerator json = JsonBytes.generator(out)) {
            json.writeStartObject();
            json.writeNumberProperty("pairs", pairs.size());
            json.writeNumberProperty("same", same());
            json.writeStringProperty("guard", guard.word());
            json.writeArrayPropertyStart("thresholds");
            thresholds.forEach(it -> write(it, json));
            json.writeEndArray();
            if (listsWrong) {
                json.writeArrayPropertyStart("wrong");
                wrong().forEach(it -> write(it, json));
                json.writeEndArray();
            }
            json.writeEndObject();
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    private void write(double threshold, JsonGenerator json) {
        Evaluation counts = Evaluation.of(pairs, rule(threshold));
        json.writeStartObject();
        json.writeNumberProperty("threshold", threshold);
        json.writeNumberProperty("hits", counts.hits());
        json.writeNumberProperty("wrong", counts.wrong());
        json.writeNumberProperty("hit_rate", counts.hitRate());
        json.writeNumberProperty("precision", counts.precision());
        json.writeNumberProperty("least_precision", counts.leastPrecision());
        json.writeNumberProperty("highest_precision", counts.highestPrecision());
        json.writeEndObject();
    }

    private static void write(ScoredPair pair, JsonGenerator json) {
        json.writeStartObject();
        json.writeNumberProperty("line", pair.pair().line());
        json.writeNumberProperty("cosine", pair.cosine());
        json.writeStringProperty("a", pair.pair().a());
        json.writeStringProperty("b", pair.pair().b());
        json.writeEndObject();
    }
}
