package dev.millrace.bench.economy;

import dev.millrace.contracts.result.Provenance;
import dev.millrace.semantic.evaluation.WilsonInterval;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongFunction;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Answers that questions got without a call of their own.
 *
 * @param identical answers to the same question, word for word
 * @param similar answers to similar questions
 * @param wrong those of the similar ones that were to a question of another meaning
 */
record ReusedAnswers(long identical, long similar, List<Wrong> wrong) {
    /** No answers. */
    static final ReusedAnswers NONE = new ReusedAnswers(0, 0, List.of());

    private static final JsonMapper JSON = new JsonMapper();
    private static final int SHOWN = 10;
    private static final double PERCENT = 100;

    /** A question and the one whose answer it got. */
    record Wrong(String asked, String answered) {}

    ReusedAnswers {
        wrong = List.copyOf(wrong);
    }

    /**
     * Reads the results of a run.
     *
     * @param results lines whose {@code custom_id} ends with the number of the question
     * @param questions returns the question with a number
     * @throws IOException if the file cannot be read
     */
    static ReusedAnswers read(Path results, LongFunction<CustomerQuestion> questions)
            throws IOException {
        Map<String, CustomerQuestion> byJob = new HashMap<>();
        Map<CustomerQuestion, String> reused = new HashMap<>();
        long identical = 0;
        try (var lines = Files.newBufferedReader(results)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                JsonNode result = JSON.readTree(line);
                JsonNode job = result.path("millrace");
                String id = result.path("custom_id").asString();
                var question = questions.apply(Long.parseLong(id.replaceAll("^.*-", "")));
                byJob.put(job.path("job_id").asString(), question);
                switch (job.path("cache").asString()) {
                    case Provenance.CACHE_SEMANTIC ->
                            reused.put(question, job.path("reused_job").asString());
                    case Provenance.CACHE_HIT, Provenance.CACHE_COLLAPSED -> identical++;
                    default -> {}
                }
            }
        }
        return new ReusedAnswers(identical, reused.size(), wrong(reused, byJob));
    }

    private static List<Wrong> wrong(
            Map<CustomerQuestion, String> reused, Map<String, CustomerQuestion> byJob) {
        List<Wrong> wrong = new ArrayList<>();
        reused.forEach(
                (question, job) -> {
                    CustomerQuestion answered = byJob.get(job);
                    if (answered == null) {
                        throw new IllegalStateException("no result has the job id " + job);
                    }
                    if (!question.meaning().equals(answered.meaning())) {
                        wrong.add(new Wrong(question.text(), answered.text()));
                    }
                });
        return wrong;
    }

    /** Returns the answers as text, with some of the wrong ones. */
    String text(long questions) {
        if (identical + similar == 0) {
            return "";
        }
        var precision = WilsonInterval.of((int) similar - wrong.size(), wrong.size());
        String text =
                String.format(
                        Locale.ROOT,
                        "reused: %,d of %,d (%.1f %%); to similar questions: %,d (%.1f %%), wrong %d,"
                                + " right %.2f to 100 %% (95 %%)%n",
                        identical + similar,
                        questions,
                        PERCENT * (identical + similar) / questions,
                        similar,
                        PERCENT * similar / questions,
                        wrong.size(),
                        PERCENT * precision.low());
        return text
                + wrong.stream()
                        .limit(SHOWN)
                        .map(it -> "WRONG \"" + it.asked() + "\": \"" + it.answered() + "\"\n")
                        .collect(Collectors.joining());
    }
}
