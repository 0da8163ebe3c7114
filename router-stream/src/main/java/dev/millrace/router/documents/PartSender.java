package dev.millrace.router.documents;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.router.documents.SplitProgress.Failure;
import dev.millrace.router.message.RoutingMessage.PlannedJob;
import java.math.BigDecimal;
import java.util.Optional;

/**
 * Sends parts of documents while the job's money covers the next part and its models can be called.
 */
final class PartSender {
    /** Most parts of one job that run at once. */
    static final int MAX_RUNNING = 64;

    /**
     * Number of running parts at which more parts are sent. Waiting for it, instead of sending
     * after each end, parses the document once for many parts.
     */
    static final int FEW_RUNNING = MAX_RUNNING / 2;

    private static final Failure NOT_COVERED =
            new Failure(
                    ErrorCode.BUDGET_EXCEEDED.code(),
                    "what the job has left of its highest cost does not cover its next part");

    private final SplitServices services;
    private final SplitOutputs outputs;
    private final SplitStore store;
    private final SplitFailures failures;

    PartSender(
            SplitServices services,
            SplitOutputs outputs,
            SplitStore store,
            SplitFailures failures) {
        this.services = services;
        this.outputs = outputs;
        this.store = store;
        this.failures = failures;
    }

    /** Sends parts until {@value #MAX_RUNNING} are running or all parts of the level were sent. */
    void send(SplitProgress progress, SplitJob job) {
        Optional<Failure> refusal = refusal(job);
        if (refusal.isPresent()) {
            failures.endOrWait(progress.toFailing(refusal.get()), job);
            return;
        }
        PartText texts = new PartText(store, progress, job.parts());
        SplitProgress now = progress;
        while (now.running() < MAX_RUNNING && now.next() < now.count()) {
            Optional<BigDecimal> reserved = job.parts().reservedUsd(now.costs());
            if (reserved.isEmpty()) {
                onNotCovered(now, job);
                return;
            }
            send(job, running(now, job, now.next(), reserved.get()), texts.of(now.next()));
            now = now.onSent(reserved.get());
            store.put(now);
        }
    }

    /** Waits for running parts, which return unused money, or fails the job. */
    private void onNotCovered(SplitProgress progress, SplitJob job) {
        if (progress.running() > 0) {
            store.put(progress);
        } else {
            failures.endOrWait(progress.toFailing(NOT_COVERED), job);
        }
    }

    private Optional<Failure> refusal(SplitJob job) {
        return services.refusal()
                .apply(job.job().job().headers())
                .map(it -> new Failure(it.error().code(), it.message()));
    }

    private RunningPart running(
            SplitProgress progress, SplitJob job, int index, BigDecimal reserved) {
        return new RunningPart(
                progress.job(),
                progress.level(),
                index,
                job.parts().model(),
                reserved,
                job.parts().highestAttemptUsd(),
                services.clock().millis());
    }

    private void send(SplitJob job, RunningPart running, String text) {
        PlannedJob part =
                job.parts().part(running.level(), running.index(), text, running.reservedUsd());
        store.put(part.identity().jobId(), running);
        outputs.send(job.job(), part);
    }

    /** Sends a lost part again. The given progress already counts the lost call as ended. */
    void sendAgain(SplitProgress progress, RunningPart lost, SplitJob job) {
        Optional<Failure> refusal = refusal(job);
        Optional<BigDecimal> reserved =
                refusal.isPresent() ? Optional.empty() : job.parts().reservedUsd(progress.costs());
        if (reserved.isEmpty()) {
            failures.endOrWait(progress.toFailing(refusal.orElse(NOT_COVERED)), job);
            return;
        }
        String text = new PartText(store, progress, job.parts()).of(lost.index());
        send(job, running(progress, job, lost.index(), reserved.get()), text);
        store.put(progress.onSentAgain(reserved.get()));
    }
}
