package dev.millrace.router.documents;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.SplitOptions.OnFailedPart;
import dev.millrace.contracts.result.PartReply;
import dev.millrace.router.classify.token.TokenCounter;
import dev.millrace.router.documents.LostParts.LostPart;
import dev.millrace.router.documents.SplitProgress.Failure;
import dev.millrace.router.message.RoutingMessage.Origin;
import dev.millrace.router.result.ResultLine;
import dev.millrace.router.waiting.PlannedRecord;
import dev.millrace.router.waiting.UnreadableJob;
import dev.millrace.router.waiting.WaitingJob;
import dev.millrace.router.waiting.WaitingRoom;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Processes the split jobs of one request partition:
 *
 * <pre>
 * a job comes ──────────► its first parts are sent, at most {@value PartSender#MAX_RUNNING} at a time
 * a part ends ──────────► more parts are sent; after the last one, jobs that join the answers
 * the last answer comes ► the job ends with it
 * a part fails ─────────► the job ends with its error when no part is running, or leaves it out
 * </pre>
 *
 * <p>Each method runs within one transaction: its writes to the store, its messages and the handled
 * record are committed together. A part that has ended is therefore never sent again.
 */
public final class SplitTask {
    private static final Failure CANNOT_BE_JOINED =
            new Failure(
                    ErrorCode.CONTEXT_LENGTH_EXCEEDED.code(),
                    "the answers to the parts cannot be joined: no two of them fit into the"
                            + " context window; lower the output limit");
    private static final String CANNOT_BE_READ = "the entry of a running part cannot be read";

    private final SplitServices services;
    private final SplitOutputs outputs;
    private final int partition;
    private final SplitStore store;
    private final JobFinisher finisher;
    private final SplitFailures failures;
    private final LostParts lostParts;
    private final PartSender sender;
    private final WaitingRoom<PlannedRecord> room;

    /**
     * Creates the task of a partition.
     *
     * @param entries the store of the partition's budgets
     */
    public SplitTask(
            KeyValueStore<Bytes, byte[]> entries,
            SplitServices services,
            SplitOutputs outputs,
            int partition) {
        this.services = services;
        this.outputs = outputs;
        this.partition = partition;
        store = new SplitStore(entries);
        finisher = new JobFinisher(services, outputs, store);
        failures = new SplitFailures(services, outputs, store, finisher, partition);
        lostParts = new LostParts(services, store);
        sender = new PartSender(services, outputs, store, failures);
        room =
                new WaitingRoom<>(
                        store.jobs(),
                        failures,
                        SplitServices.STEP,
                        "the parts of its document",
                        partition,
                        services.control(),
                        services.clock(),
                        services.errors());
        showOldest();
    }

    /** Starts a job whose document is split, unless it has been started before. */
    public void onJob(PlannedRecord job) {
        JobId id = job.job().identity().jobId();
        failures.guarded(
                id,
                job.job().origin(),
                () -> {
                    if (store.progress(id).isEmpty()) {
                        start(job);
                    }
                });
        endTurn();
    }

    private void start(PlannedRecord job) {
        SplitProgress progress =
                services.errors()
                        .<@Nullable SplitProgress>decide(
                                SplitServices.STEP,
                                job.job().origin(),
                                () -> add(job),
                                message -> {
                                    outputs.bury(unstored(job), message);
                                    return null;
                                });
        if (progress != null) {
            services.metrics().onSplit();
            sender.send(progress, new SplitJob(() -> job, services));
        }
    }

    private SplitProgress add(PlannedRecord job) {
        SplitPlan plan = SplitPlan.parse(Objects.requireNonNull(job.job().split()));
        return store.add(job, plan.parts().size(), plan.calls());
    }

    private static UnreadableJob unstored(PlannedRecord job) {
        return new UnreadableJob(
                WaitingJob.of("", 0, job.job().headers()), job.job().origin(), job.toRecord());
    }

    /** Handles the end of a part. The end of a part that is not running only counts in lanes. */
    public void onReply(PartReply reply, Origin origin) {
        outputs.onPartEnd(reply.end());
        byte[] entry = store.running(reply.part());
        if (entry != null) {
            failures.guarded(reply.parent(), origin, () -> onReply(reply, entry, origin));
            endTurn();
        }
    }

    private void onReply(PartReply reply, byte[] entry, Origin origin) {
        RunningPart running =
                services.errors()
                        .<@Nullable RunningPart>decide(
                                SplitServices.STEP,
                                origin,
                                () -> RunningPart.decode(entry),
                                message -> {
                                    onUnreadable(reply, message);
                                    return null;
                                });
        if (running != null && running.isUnknown()) {
            onUnreadable(reply, CANNOT_BE_READ);
        } else if (running != null && running.parent().equals(reply.parent())) {
            store.deleteRunning(reply.part());
            store.progress(reply.parent()).ifPresent(it -> onEnd(it, running, reply));
        }
    }

    /** Fails the job of an ended part with an unreadable entry. */
    private void onUnreadable(PartReply reply, String message) {
        store.deleteRunning(reply.part());
        SplitProgress before = store.progress(reply.parent()).orElse(null);
        if (before != null) {
            SplitProgress progress = before.onEnd(before.costs().onEnd(reply));
            store.put(progress);
            failures.endOrWait(
                    progress.toFailing(SplitFailures.internal(message)), failures.job(progress));
        }
    }

    private void onEnd(SplitProgress before, RunningPart running, PartReply reply) {
        SplitJob job = failures.job(before);
        SplitProgress progress = before.onEnd(before.costs().onEnd(running, reply));
        // Stored at once, so that a later failure does not lose the end of the part.
        store.put(progress);
        PartAnswer answer = PartAnswer.of(reply);
        ResultLine success = answer.success();
        if (success != null && progress.isLastLevel() && !progress.isFailing()) {
            services.metrics().onEnd(running.level(), SplitMetrics.End.ANSWERED);
            finisher.succeed(progress, job.job(), success, reply);
        } else {
            proceed(keep(progress, running, reply.part(), answer, job), job);
        }
    }

    /** Stores the answer of a part, or its failure. */
    private SplitProgress keep(
            SplitProgress progress,
            RunningPart running,
            JobId part,
            PartAnswer answer,
            SplitJob job) {
        Failure failure = answer.failure();
        if (failure == null) {
            services.metrics().onEnd(running.level(), SplitMetrics.End.ANSWERED);
            int tokens = tokens(running.model(), answer.text());
            store.put(
                    running,
                    new EndedPart(running.index(), part, tokens, null),
                    answer.text().getBytes(UTF_8));
            return progress;
        }
        store.put(running, new EndedPart(running.index(), part, 0, failure.code()), null);
        boolean isOmitted =
                running.level() == 0 && job.parts().options().onFailedPart() == OnFailedPart.OMIT;
        services.metrics()
                .onEnd(
                        running.level(),
                        isOmitted ? SplitMetrics.End.OMITTED : SplitMetrics.End.FAILED);
        return isOmitted
                ? progress.onOmitted()
                : progress.toFailing(named(running, progress, failure));
    }

    private int tokens(String model, String text) {
        int counted =
                services.models()
                        .apply(model)
                        .map(it -> TokenCounter.textCounter(it).applyAsInt(text))
                        .orElse(0);
        return AnswerJoiner.tokens(counted, text);
    }

    private static Failure named(RunningPart running, SplitProgress progress, Failure failure) {
        String name =
                running.level() == 0
                        ? "part " + (running.index() + 1) + " of " + progress.count()
                        : "the call that joins answers, number "
                                + (running.index() + 1)
                                + " of "
                                + progress.count()
                                + " at level "
                                + running.level()
                                + ",";
        return new Failure(failure.code(), name + " failed: " + failure.message());
    }

    /** Ends the job, sends more parts, or starts the next level. */
    private void proceed(SplitProgress progress, SplitJob job) {
        SplitProgress now =
                !progress.isFailing() && progress.isLevelDone()
                        ? nextLevel(progress, job)
                        : progress;
        if (now.isFailing()) {
            failures.endOrWait(now, job);
        } else if (now.running() <= PartSender.FEW_RUNNING && now.next() < now.count()) {
            sender.send(now, job);
        } else {
            store.put(now);
        }
    }

    private SplitProgress nextLevel(SplitProgress progress, SplitJob job) {
        List<EndedPart> ended = store.ended(progress.job(), progress.level());
        if (progress.level() == 0 && progress.omitted() == progress.count()) {
            return progress.toFailing(
                    new Failure(
                            String.valueOf(ended.getFirst().errorCode()),
                            "all " + progress.count() + " parts of the document failed"));
        }
        return PartText.groups(ended, job.parts().plan().joinedTokens())
                .map(it -> progress.toNextLevel(it.size()))
                .orElseGet(() -> progress.toFailing(CANNOT_BE_JOINED));
    }

    /**
     * Sends lost parts again, and ends cancelled and expired jobs.
     *
     * @return true if anything was written that needs a commit
     */
    public boolean onTick() {
        // A buried job leaves its running parts behind, and they can be lost.
        if (store.jobs().waiting() == 0 && store.runningParts() == 0) {
            return false;
        }
        boolean hasEnded = room.onTick();
        boolean hasWorked = services.errors().check(SplitServices.STEP, this::sendLost) || hasEnded;
        store.jobs().save();
        if (hasWorked) {
            showOldest();
        }
        return hasWorked;
    }

    private boolean sendLost() {
        List<LostPart> lost = lostParts.find();
        lost.forEach(it -> failures.guarded(it.part().parent(), null, () -> onLost(it)));
        Map<JobId, Integer> unknown = lostParts.removeUnknown();
        unknown.forEach((job, parts) -> failures.guarded(job, null, () -> onUnknown(job, parts)));
        return !lost.isEmpty() || !unknown.isEmpty();
    }

    /**
     * Fails a job with lost parts whose entries cannot be read: the reports of their ends will
     * never arrive.
     */
    private void onUnknown(JobId job, int parts) {
        SplitProgress progress = store.progress(job).orElseThrow().onForgotten(parts);
        store.put(progress);
        failures.endOrWait(
                progress.toFailing(SplitFailures.internal(CANNOT_BE_READ)), failures.job(progress));
    }

    /**
     * Sends a lost part again, unless its job fails. The part's first call was possibly billed, so
     * it counts as ended at its highest cost.
     */
    private void onLost(LostPart lost) {
        store.deleteRunning(lost.id());
        services.metrics().onEnd(lost.part().level(), SplitMetrics.End.LOST);
        SplitProgress before = store.progress(lost.part().parent()).orElse(null);
        if (before == null) {
            return;
        }
        SplitProgress progress = before.onEnd(before.costs().onLost(lost.part()));
        store.put(progress);
        SplitJob job = failures.job(progress);
        if (progress.isFailing()) {
            failures.endOrWait(progress, job);
        } else {
            sender.sendAgain(progress, lost.part(), job);
        }
    }

    private void endTurn() {
        store.jobs().save();
        showOldest();
    }

    private void showOldest() {
        services.metrics().show(partition, store.jobs().waiting(), store.runningParts());
        store.oldest()
                .ifPresentOrElse(
                        it -> services.oldest().set(partition, it),
                        () -> services.oldest().remove(partition));
    }

    /** Removes this partition from the metrics: another router has taken it over. */
    public void close() {
        services.metrics().onClosed(partition);
        services.oldest().remove(partition);
    }
}
