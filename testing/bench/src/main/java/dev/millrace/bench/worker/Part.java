package dev.millrace.bench.worker;

import dev.millrace.bench.contender.Contender;

/** The parts of {@code bench worker}. */
enum Part {
    /** Throughput with work that takes no time. */
    WORK_0MS("0ms"),
    WORK_10MS("10ms"),
    WORK_100MS("100ms"),
    /** Throughput with a provider that answers at once. */
    HTTP("http"),
    /** Throughput of Millrace relative to jobs in flight ÷ latency. */
    WORK_1S("1s"),
    /** Time from submission until the result is visible. */
    LATENCY("latency");

    private final String word;

    Part(String word) {
        this.word = word;
    }

    /** Returns true if the throughput of a contender is meaningful in this part. */
    boolean compares(Contender contender) {
        return switch (this) {
            case WORK_0MS -> true;
            case WORK_10MS, WORK_100MS, HTTP ->
                    contender != Contender.HOP && contender != Contender.LIMITED;
            case WORK_1S -> contender == Contender.MILLRACE;
            case LATENCY -> false;
        };
    }

    /** Returns the word of options and tables. */
    @Override
    public String toString() {
        return word;
    }
}
