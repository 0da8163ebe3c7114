package dev.millrace.bench.deadlines;

import dev.millrace.bench.measurement.Report;
import dev.millrace.bench.measurement.Setup;
import dev.millrace.contracts.job.Buy;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Compares what a day of jobs costs with the lowest possible cost. */
public final class DeadlineBench {
    private static final double LEAST_ON_TIME = 99.5;
    private static final double MOST_COST = 1.05;
    private static final double PERCENT = 100;

    /** Calls of a client that calls flex only. */
    private static final int ATTEMPTS = 3;

    /** Time between a refusal and the next call of such a client. */
    private static final Duration PAUSE = Duration.ofSeconds(2);

    final Report report = new Report();
    private final List<DeadlineJob> jobs;
    private final BigDecimal lowest;

    DeadlineBench(List<DeadlineJob> jobs) {
        this.jobs = jobs;
        lowest = jobs.stream().map(Hindsight::cost).reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    /** Simulates a day with a number of jobs, at least 1. */
    public static Report measure(Setup setup, int number) {
        return new DeadlineBench(DeadlineLoad.of(number)).measure(setup);
    }

    private Report measure(Setup setup) {
        setup.say("simulating a day at the standard price");
        SimulatedDay.Outcome standard = SimulatedDay.of(jobs, Buy.STANDARD);
        add("buy: standard", standard);
        add("flex, three attempts", flexOnly());
        setup.say("simulating a day at the lowest price");
        SimulatedDay.Outcome lowestPrice = SimulatedDay.of(jobs, Buy.LOWEST);
        add("buy: lowest", lowestPrice);
        report.atLeast(LEAST_ON_TIME, "on time %", onTime(lowestPrice));
        report.atMost(MOST_COST, "cost ÷ the lowest possible", ratio(lowestPrice));
        return report;
    }

    /**
     * Returns the outcome for a client that calls each job at once, at the flex tier if there is
     * one. Its third refusal ends a job without an answer.
     */
    private SimulatedDay.Outcome flexOnly() {
        int onTime = 0;
        long refused = 0;
        BigDecimal bill = BigDecimal.ZERO;
        for (DeadlineJob job : jobs) {
            Instant start = job.arrives();
            int refusals = 0;
            while (job.hasFlex() && refusals < ATTEMPTS && Market.isRefused(job, refusals, start)) {
                refusals++;
                start = start.plus(PAUSE);
            }
            refused += refusals;
            if (refusals < ATTEMPTS) {
                bill = bill.add(job.cost(start, job.hasFlex()));
                Instant end = start.plus(job.time(job.hasFlex()));
                onTime += end.isAfter(job.deadline()) ? 0 : 1;
            }
        }
        return new SimulatedDay.Outcome(onTime, 0, 0, refused, bill, bill);
    }

    private double onTime(SimulatedDay.Outcome day) {
        return PERCENT * day.onTime() / jobs.size();
    }

    private double ratio(SimulatedDay.Outcome day) {
        return day.bill().doubleValue() / lowest.doubleValue();
    }

    /** Adds a row to the report, and a problem if the costs differ from the bill. */
    void add(String name, SimulatedDay.Outcome day) {
        report.table(
                        "a day",
                        "bought",
                        "jobs",
                        "on time %",
                        "spilled",
                        "refused calls",
                        "aborted calls",
                        "USD",
                        "bill USD",
                        "÷ the lowest")
                .row(
                        name,
                        jobs.size(),
                        onTime(day),
                        day.spilled(),
                        day.refused(),
                        day.uncertain(),
                        text(day.cost()),
                        text(day.bill()),
                        ratio(day));
        if (day.cost().compareTo(day.bill()) != 0) {
            report.problem(name + ": the costs are " + day.cost() + " USD, the bill " + day.bill());
        }
    }

    private static String text(BigDecimal usd) {
        return usd.stripTrailingZeros().toPlainString();
    }
}
