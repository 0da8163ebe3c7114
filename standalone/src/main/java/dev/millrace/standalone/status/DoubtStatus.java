package dev.millrace.standalone.status;

import dev.millrace.contracts.control.WorkerReport;
import dev.millrace.contracts.usage.UsageDoubt;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;

/**
 * The number of a model's answers whose token counts are possibly wrong.
 *
 * @param doubt the reason, a word of {@link UsageDoubt}
 * @param answers number of such answers since the running workers started
 */
public record DoubtStatus(String model, String doubt, long answers) {
    /** Adds up the answers of all workers whose lists have not expired. */
    static List<DoubtStatus> all(Collection<WorkerReport> lists, Instant now) {
        var byKind = new TreeMap<String, DoubtStatus>();
        for (WorkerReport list : lists) {
            if (list.isValid(now)) {
                for (WorkerReport.Doubt each : list.doubts()) {
                    byKind.merge(
                            each.model() + " " + each.doubt(),
                            new DoubtStatus(each.model(), each.doubt(), each.answers()),
                            DoubtStatus::plus);
                }
            }
        }
        return new ArrayList<>(byKind.values());
    }

    private DoubtStatus plus(DoubtStatus other) {
        return new DoubtStatus(model, doubt, answers + other.answers);
    }

    /** Returns the doubt in words; a word of a later version stays as it is. */
    String text() {
        return Arrays.stream(UsageDoubt.values())
                .filter(it -> it.word().equals(doubt))
                .map(UsageDoubt::text)
                .findFirst()
                .orElse(doubt);
    }
}
