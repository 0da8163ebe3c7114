package dev.millrace.bench.load;

import dev.millrace.bench.measurement.Report;
import dev.millrace.contracts.money.Usd;
import java.math.BigDecimal;

/** Compares the output and summary of a run with the provider's bill. */
public final class BillComparison {
    private BillComparison() {}

    /** Adds each guarantee to a report: as a remark if it was kept, otherwise as a problem. */
    static void check(
            Report report, long jobs, RunSummary run, RunOutput output, ProviderBill bill) {
        BigDecimal billed = bill.costUsd();
        check(
                report,
                "every job succeeded",
                run.jobs() == jobs && run.succeeded() == jobs,
                run.succeeded() + " of " + run.jobs());
        check(
                report,
                "every job has exactly one result",
                output.jobs().count() == jobs && output.jobs().isSameAs(bill.billedKeys()),
                output.jobs().count() + " results for " + jobs + " jobs");
        check(
                report,
                "results are in input order",
                output.outOfPlace() == 0,
                output.outOfPlace() + " out of place " + output.firstWrong());
        check(
                report,
                "each result holds its own job's answer",
                output.wrong() == 0,
                output.wrong() + " wrong " + output.firstWrong());
        check(
                report,
                "every call is billed once",
                bill.isComplete()
                        && bill.billedKeys().count() == jobs
                        && bill.distinctKeys() == jobs
                        && bill.billedMoreThanOnce() == 0,
                "%d billed of %d calls, %d keys, %d billed more than once"
                        .formatted(
                                bill.billedKeys().count(),
                                bill.calls(),
                                bill.distinctKeys(),
                                bill.billedMoreThanOnce()));
        check(
                report,
                "the summary's cost equals the bill",
                run.costUsd().compareTo(billed) == 0,
                Usd.text(run.costUsd()) + " and " + Usd.text(billed) + " USD");
        check(
                report,
                "the results' costs add up to the bill",
                output.costUsd().compareTo(billed) == 0,
                Usd.text(output.costUsd()) + " USD");
    }

    /**
     * Adds a problem for each job without an answer or with two bills, and for costs that differ.
     *
     * @param name what was measured
     */
    public static void checkCost(
            Report report, String name, long jobs, RunSummary run, ProviderBill bill) {
        if (run.succeeded() != jobs) {
            report.problem(name + ": " + run.succeeded() + " of " + jobs + " were answered");
        }
        BigDecimal billed = bill.costUsd();
        if (run.costUsd().compareTo(billed) != 0) {
            report.problem(
                    name + ": the summary has " + run.costUsd() + " USD, the bill " + billed);
        }
        if (!bill.isComplete()) {
            report.problem(name + ": the bill is incomplete");
        }
        if (bill.billedMoreThanOnce() != 0) {
            report.problem(
                    name + ": " + bill.billedMoreThanOnce() + " jobs were billed more than once");
        }
    }

    private static void check(Report report, String promise, boolean isKept, String found) {
        String line = promise + " (" + found.strip() + ")";
        if (isKept) {
            report.remark("kept: " + line);
        } else {
            report.problem("broken: " + line);
        }
    }
}
