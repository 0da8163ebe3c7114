package dev.millrace.router.guards;

import dev.millrace.router.guards.CanaryRule.RampedArm;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Monitors one version of one rule: feeds its guard, moves its ramp, and returns the events to
 * publish to control. While the guard has tripped for the ramped arm, the ramp pauses. When the
 * trip is cleared, the ramp restarts its step. Used by one thread.
 */
final class RuleMonitor {
    private final CanaryRule rule;
    private final @Nullable GuardMonitor guard;
    private @Nullable RampProgress ramp;
    private @Nullable RampProgress published;

    /**
     * @param guard null if the rule has no guard
     * @param ramp null if the rule has no ramp, or if its ramp has not started
     */
    RuleMonitor(CanaryRule rule, @Nullable GuardMonitor guard, @Nullable RampProgress ramp) {
        this.rule = rule;
        this.guard = guard;
        this.ramp = ramp;
        published = ramp;
    }

    /** Counts the outcome of one of the rule's jobs. */
    List<CanaryEvent> onOutcome(
            ArmOutcome outcome, long endedMillis, CanaryRules rules, long nowMillis) {
        List<CanaryEvent> events = new ArrayList<>();
        syncWithControl(rules, nowMillis);
        if (guard != null) {
            String model = guard.guarded().model();
            guard.onOutcome(outcome, endedMillis, nowMillis)
                    .map(report -> new CanaryEvent.GuardTripped(rule, model, nowMillis, report))
                    .ifPresent(events::add);
        }
        if (ramp != null && !isRampPaused() && isGoodResultOfRampedArm(outcome)) {
            ramp = ramp.onGoodResult();
        }
        moveRamp(nowMillis).ifPresent(events::add);
        return events;
    }

    /** Applies the current control state and time. */
    List<CanaryEvent> onTick(CanaryRules rules, long nowMillis) {
        syncWithControl(rules, nowMillis);
        return moveRamp(nowMillis).stream().toList();
    }

    /** Trips this guard after a trip in another rule of the policy that guards this guard's arm. */
    void onTripOfAnotherRule(CanaryEvent.GuardTripped trip) {
        if (guard != null
                && !guard.isTripped()
                && rule.policy().equals(trip.rule().policy())
                && guard.guarded().model().equals(trip.model())) {
            guard.onTrip(trip.atMillis());
        }
    }

    private void syncWithControl(CanaryRules rules, long nowMillis) {
        boolean restarted =
                guard != null
                        && guard.onControl(
                                rules.lastTrip(rule.policy(), guard.guarded().model()), nowMillis);
        if (rule.ramp().isEmpty()) {
            return;
        }
        if (ramp == null) {
            int step = Math.min(rules.rampStep(rule), rule.ramp().get().schedule().lastStep());
            ramp = new RampProgress(step, nowMillis, 0);
        } else if (restarted && rule.guardsRampedArm()) {
            ramp = ramp.restartStep(nowMillis);
        }
    }

    private boolean isGoodResultOfRampedArm(ArmOutcome outcome) {
        return !outcome.outcome().isError()
                && rule.ramp().filter(it -> it.model().equals(outcome.model())).isPresent();
    }

    private boolean isRampPaused() {
        return rule.guardsRampedArm() && guard != null && guard.isTripped();
    }

    private Optional<CanaryEvent> moveRamp(long nowMillis) {
        if (ramp == null) {
            return Optional.empty();
        }
        RampProgress now = ramp;
        if (!isRampPaused()) {
            now = ramp.onTick(rule.ramp().orElseThrow().schedule(), nowMillis);
        }
        boolean isUnpublished =
                published == null
                        || now.step() != published.step()
                        || now.sinceMillis() != published.sinceMillis();
        ramp = now;
        published = now;
        return isUnpublished ? Optional.of(new CanaryEvent.RampMoved(rule, now)) : Optional.empty();
    }

    /** Returns the current share of the ramped arm in percent; empty without a ramp. */
    Optional<Double> percent() {
        RampProgress now = ramp;
        if (now == null) {
            return Optional.empty();
        }
        return rule.ramp()
                .map(RampedArm::schedule)
                .map(it -> isRampPaused() ? 0.0 : it.percent(now.step()));
    }

    CanaryRule rule() {
        return rule;
    }

    /** Returns the guard; null if the rule has none. */
    @Nullable GuardMonitor guard() {
        return guard;
    }

    /** Returns the progress of the ramp; null if the rule has no ramp or it has not started. */
    @Nullable RampProgress ramp() {
        return ramp;
    }
}
