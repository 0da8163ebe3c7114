package dev.millrace.bench.economy;

import dev.millrace.bench.deadlines.DeadlineBench;
import dev.millrace.bench.measurement.Report;
import dev.millrace.bench.measurement.Setup;
import java.io.IOException;

/** What is measured. */
enum Mix {
    /** Questions of all lengths, of which many are repeated word for word. */
    REPEATS,
    /** Short questions, of which many are asked again in other words. */
    PARAPHRASES,
    /** Questions after long instructions that many questions share. */
    PREFIXES,
    /** Jobs of a day with deadlines, on simulated time. */
    DEADLINES;

    /** Measures this mix with a number of questions. */
    Report measure(Setup setup, int questions) throws IOException, InterruptedException {
        return switch (this) {
            case REPEATS -> new EconomyBench(setup, QuestionMix.REPEATS, questions).measure();
            case PARAPHRASES ->
                    new EconomyBench(setup, QuestionMix.PARAPHRASES, questions).measure();
            case PREFIXES -> new PrefixBench(setup, SharedPrefixes.of(questions)).measure();
            case DEADLINES -> DeadlineBench.measure(setup, questions);
        };
    }
}
