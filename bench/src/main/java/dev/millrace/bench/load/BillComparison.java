package dev.millrace.bench.load;

import dev.millrace.contracts.money.Usd;
import java.math.BigDecimal;
import java.util.List;

/** Compares the output and summary of a run with the provider's bill. */
final class BillComparison {
    private BillComparison() {}

    /** One guarantee and whether it was kept. */
    record Check(String promise, boolean isKept, String found) {}

    static List<Check> of(long jobs, RunSummary run, RunOutput output, ProviderBill bill) {
        BigDecimal billed = bill.costUsd();
        return List.of(
                check(
                        "every job succeeded",
                        run.jobs() == jobs && run.succeeded() == jobs,
                        run.succeeded() + " of " + run.jobs()),
                check(
                        "every job has exactly one result",
                        output.jobs().count() == jobs && output.jobs().isSameAs(bill.billedKeys()),
                        output.jobs().count() + " results for " + jobs + " jobs"),
                check(
                        "results are in input order",
                        output.outOfPlace() == 0,
                        output.outOfPlace() + " out of place " + output.firstWrong()),
                check(
                        "each result holds its own job's answer",
                        output.wrong() == 0,
                        output.wrong() + " wrong " + output.firstWrong()),
                check(
                        "every call is billed once",
                        bill.isComplete()
                                && bill.billedKeys().count() == jobs
                                && bill.distinctKeys() == jobs
                                && bill.billedMoreThanOnce() == 0,
                        bill.billedKeys().count()
                                + " billed of "
                                + bill.calls()
                                + " calls, "
                                + bill.distinctKeys()
                                + " keys, "
                                + bill.billedMoreThanOnce()
                                + " billed more than once"),
                check(
                        "the summary's cost equals the bill",
                        run.costUsd().compareTo(billed) == 0,
                        Usd.text(run.costUsd()) + " and " + Usd.text(billed) + " USD"),
                check(
                        "the results' costs add up to the bill",
                        output.costUsd().compareTo(billed) == 0,
                        Usd.text(output.costUsd()) + " USD"));
    }

    private static Check check(String promise, boolean isKept, String found) {
        return new Check(promise, isKept, found.strip());
    }
}
