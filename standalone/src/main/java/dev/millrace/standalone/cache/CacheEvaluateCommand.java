package dev.millrace.standalone.cache;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.configuration.RouterConfig.SemanticCache.Guard;
import dev.millrace.similarity.embedding.EmbeddingModel;
import dev.millrace.similarity.evaluation.LabelledPair;
import dev.millrace.similarity.evaluation.PairReader;
import dev.millrace.similarity.evaluation.PairScorer;
import dev.millrace.similarity.evaluation.ScoredPair;
import dev.millrace.standalone.console.ExitCode;
import dev.millrace.standalone.console.Terminal;
import dev.millrace.standalone.console.UserError;
import dev.millrace.standalone.option.InputFiles;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

/** {@code millrace cache evaluate}: measures similarity settings on labelled pairs. */
@Command(
        name = "evaluate",
        sortOptions = false,
        description =
                "Measures on labelled pairs of questions how often similar questions would share an"
                        + " answer, and how often wrongly, for each threshold. Makes no call and needs"
                        + " no broker.")
final class CacheEvaluateCommand implements Callable<Integer> {
    private static final List<Double> THRESHOLDS =
            List.of(0.85, 0.90, 0.92, 0.94, 0.95, 0.96, 0.97, 0.98, 0.99);

    @Parameters(
            paramLabel = "FILE",
            description =
                    "Pairs, one JSON object per line: {\"a\":\"…\",\"b\":\"…\",\"same\":true}. - is"
                            + " standard input.")
    private String file = "";

    @Option(
            names = "--threshold",
            paramLabel = "COSINE",
            converter = Threshold.class,
            description =
                    "A least cosine of the embeddings, above 0 and at most 1; may be repeated. Default:"
                            + " several from 0.85 to 0.99.")
    private List<Double> thresholds = THRESHOLDS;

    @Option(
            names = "--guard",
            paramLabel = "MODE",
            converter = GuardConverter.class,
            description =
                    "strict (default): the questions have the same words that count. none: only the"
                            + " threshold counts.")
    private Guard guard = Guard.STRICT;

    @Option(
            names = "--wrong",
            description = "Also print the pairs that would wrongly share an answer.")
    private boolean listsWrong;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean asJson;

    @Override
    public Integer call() throws IOException {
        List<LabelledPair> pairs = pairs();
        if (pairs.isEmpty()) {
            throw UserError.usage(file + " has no pairs");
        }
        List<ScoredPair> scored;
        try (var model = EmbeddingModel.load()) {
            var scorer = new PairScorer(model);
            scored = pairs.stream().map(scorer::score).toList();
        }
        var report =
                new EvaluationReport(
                        scored, thresholds.stream().sorted().distinct().toList(), guard);
        var out = Terminal.system().out();
        if (asJson) {
            out.println(report.json(listsWrong));
        } else {
            report.lines(listsWrong).forEach(out::println);
        }
        return ExitCode.OK;
    }

    private List<LabelledPair> pairs() throws IOException {
        try (var reader = new BufferedReader(new InputStreamReader(InputFiles.open(file), UTF_8))) {
            return PairReader.read(reader);
        } catch (IllegalArgumentException e) {
            throw UserError.usage(InputFiles.name(file) + " " + e.getMessage());
        }
    }

    /** Reads a threshold. */
    static final class Threshold implements ITypeConverter<Double> {
        @Override
        public Double convert(String text) {
            try {
                double cosine = Double.parseDouble(text);
                if (cosine > 0 && cosine <= 1) {
                    return cosine;
                }
            } catch (NumberFormatException _) {
                // Reported below.
            }
            throw new TypeConversionException("'" + text + "' must be above 0 and at most 1");
        }
    }

    /** Reads a mode of the guard. */
    static final class GuardConverter implements ITypeConverter<Guard> {
        @Override
        public Guard convert(String text) {
            return Arrays.stream(Guard.values())
                    .filter(it -> it.word().equals(text))
                    .findFirst()
                    .orElseThrow(
                            () ->
                                    new TypeConversionException(
                                            "'" + text + "' must be strict or none"));
        }
    }
}
