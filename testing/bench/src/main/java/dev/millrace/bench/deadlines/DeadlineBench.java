package dev.millrace.bench.deadlines;

import dev.millrace.bench.measurement.Report;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Compares what buyers pay for a day of jobs with the lowest possible cost. */
public final class DeadlineBench {
    private static final double PERCENT = 100;

    private DeadlineBench() {}

    /** Simulates a day with a number of jobs. */
    public static Report measure(int number) {
        List<DeadlineJob> jobs = DeadlineLoad.of(number);
        BigDecimal best =
                jobs.stream().map(Hindsight::cost).reduce(BigDecimal.ZERO, BigDecimal::add);
        var report = new Report();
        buyers().forEach((name, buyer) -> add(report, name, jobs, Market.run(jobs, buyer), best));
        return report;
    }

    private static Map<String, Buyer> buyers() {
        var buyers = new LinkedHashMap<String, Buyer>();
        buyers.put("standard", Buyer.standard());
        buyers.put("flex, then give up", Buyer.flexThenGiveUp());
        return buyers;
    }

    private static void add(
            Report report, String name, List<DeadlineJob> jobs, Market.Day day, BigDecimal best) {
        report.table("a day", "buyer", "jobs", "on time %", "USD", "÷ the lowest", "refused calls")
                .row(
                        name,
                        jobs.size(),
                        PERCENT * day.onTime() / jobs.size(),
                        day.cost().setScale(4, RoundingMode.HALF_UP).toPlainString(),
                        day.cost().doubleValue() / best.doubleValue(),
                        day.refused());
    }
}
