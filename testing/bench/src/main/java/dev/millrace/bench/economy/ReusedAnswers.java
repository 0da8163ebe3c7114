package dev.millrace.bench.economy;

import dev.millrace.bench.measurement.Report;
import dev.millrace.contracts.result.Provenance;
import dev.millrace.similarity.evaluation.WilsonInterval;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongFunction;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Answers of questions for which no call was made.
 *
 * @param identical answers to the same question, word for word
 * @param similar answers to similar questions
 * @param wrong those of the similar ones that were to a question of another meaning
 */
record ReusedAnswers(long identical, long similar, List<Wrong> wrong) {
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

    /** Adds the answers to a report, with some of the wrong ones. */
    void add(Report report, String strategy) {
        var precision = WilsonInterval.of((int) similar - wrong.size(), wrong.size());
        report.table(
                        "reused answers",
                        "strategy",
                        "identical",
                        "similar",
                        "wrong",
                        "right % at least (95 %)")
                .row(
                        strategy,
                        identical,
                        similar,
                        wrong.size(),
                        similar == 0 ? null : PERCENT * precision.low());
        wrong.stream()
                .limit(SHOWN)
                .forEach(
                        it ->
                                report.remark(
                                        "WRONG \"" + it.asked() + "\": \"" + it.answered() + '"'));
    }
}
