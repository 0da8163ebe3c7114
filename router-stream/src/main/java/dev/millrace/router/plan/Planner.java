package dev.millrace.router.plan;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.router.canary.inflight.CanaryInFlightLimit;
import dev.millrace.router.classify.Classifier;
import dev.millrace.router.classify.Profile;
import dev.millrace.router.policy.LivePolicy;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Decides which model a job goes to: the one that it names, or the one that the policy in force
 * chooses. Safe on any thread when what it is made of is.
 */
public final class Planner {
    private final NamedChoice named;
    private final PolicyChoice byPolicy;
    private final Classifier classifier;
    private final Supplier<Optional<LivePolicy>> live;

    /**
     * @param live the policy of jobs that leave the choice to the router, as it is now; empty for
     *     none
     */
    public Planner(
            Offer offer,
            ModelTopics topics,
            Classifier classifier,
            Supplier<Optional<LivePolicy>> live) {
        var fitness = new Fitness(offer, topics);
        named = new NamedChoice(offer, fitness);
        byPolicy = new PolicyChoice(offer, fitness);
        this.classifier = classifier;
        this.live = live;
    }

    /** What would become of the job now, were there room for it at every arm. */
    public Plan plan(JobRequest job, Instant now) {
        return plan(job, now, CanaryInFlightLimit.UNLIMITED);
    }

    /** What becomes of the job now. */
    public Plan plan(JobRequest job, Instant now, CanaryInFlightLimit room) {
        RequestLine line = job.line();
        Profile profile = classifier.classify(line, now);
        Plan choice = choose(job, profile, room);
        Instant deadline = line.options().deadline();
        if (deadline == null || now.isBefore(deadline)) {
            return choice;
        }
        Plan.Refused late = late(deadline, now);
        return choice instanceof Plan.Refused other ? Plan.Refused.all(List.of(late, other)) : late;
    }

    private Plan choose(JobRequest job, Profile profile, CanaryInFlightLimit room) {
        if (!job.line().model().equals(Model.AUTO)) {
            return named.choose(job.line(), profile);
        }
        return live.get()
                .map(policy -> byPolicy.choose(new Facts(job, profile), policy, room))
                .orElseGet(
                        () ->
                                new Plan.Refused(
                                        ErrorCode.UNKNOWN_MODEL,
                                        "no policy says which model \"auto\" stands for",
                                        "body.model"));
    }

    private static Plan.Refused late(Instant deadline, Instant now) {
        return new Plan.Refused(
                ErrorCode.DEADLINE_EXCEEDED,
                "the deadline " + deadline + " had passed when the job was planned, at " + now,
                "millrace.deadline");
    }
}
