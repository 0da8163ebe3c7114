package dev.millrace.router.watch;

import dev.millrace.router.watch.WatchedRule.RampedArm;
import dev.millrace.router.watch.guard.ArmEnd;
import dev.millrace.router.watch.guard.GuardWatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Watches one version of one rule: counts ends for its guard, moves its ramp, and says what control
 * must be told. A ramp whose arm has been taken away stands still, and begins its step again when
 * it is given back. Belongs to one thread.
 */
final class RuleWatch {
    private final WatchedRule rule;
    private final @Nullable GuardWatch guard;
    private @Nullable RampProgress ramp;
    private @Nullable RampProgress told;

    /**
     * @param guard null for a rule without
     * @param ramp null for one that has not begun, or a rule without
     */
    RuleWatch(WatchedRule rule, @Nullable GuardWatch guard, @Nullable RampProgress ramp) {
        this.rule = rule;
        this.guard = guard;
        this.ramp = ramp;
        told = ramp;
    }

    /** A job of the rule has ended. */
    List<Notice> onEnd(ArmEnd end, long endedMillis, WatchedRules rules, long nowMillis) {
        List<Notice> notices = new ArrayList<>();
        look(rules, nowMillis);
        if (guard != null) {
            String model = guard.guarded().model();
            guard.onEnd(end, endedMillis, nowMillis)
                    .map(verdict -> new Notice.Tripped(rule, model, nowMillis, verdict))
                    .ifPresent(notices::add);
        }
        if (ramp != null && !isRampHeld() && isGoodResultOfRamped(end)) {
            ramp = ramp.onGoodResult();
        }
        moveRamp(nowMillis).ifPresent(notices::add);
        return notices;
    }

    /** Time has passed, or control may say something else. */
    List<Notice> onTime(WatchedRules rules, long nowMillis) {
        look(rules, nowMillis);
        return moveRamp(nowMillis).stream().toList();
    }

    /** The guard of another rule of the same policy has tripped for the same arm. */
    void onTripElsewhere(Notice.Tripped trip) {
        if (guard != null
                && !guard.isTripped()
                && rule.policy().equals(trip.rule().policy())
                && guard.guarded().model().equals(trip.model())) {
            guard.onTrip(trip.atMillis());
        }
    }

    private void look(WatchedRules rules, long nowMillis) {
        boolean startsAnew =
                guard != null
                        && guard.onControl(
                                rules.lastTrip(rule.policy(), guard.guarded().model()), nowMillis);
        if (rule.ramp().isEmpty()) {
            return;
        }
        if (ramp == null) {
            int known = Math.min(rules.rampStep(rule), rule.ramp().get().rule().lastStep());
            ramp = new RampProgress(known, nowMillis, 0);
        } else if (startsAnew && rule.guardsItsRamp()) {
            ramp = ramp.again(nowMillis);
        }
    }

    private boolean isGoodResultOfRamped(ArmEnd end) {
        return !end.outcome().isError()
                && rule.ramp().filter(it -> it.model().equals(end.model())).isPresent();
    }

    private boolean isRampHeld() {
        return rule.guardsItsRamp() && guard != null && guard.isTripped();
    }

    private Optional<Notice> moveRamp(long nowMillis) {
        if (ramp == null) {
            return Optional.empty();
        }
        RampProgress now = ramp;
        if (!isRampHeld()) {
            now = ramp.onTime(rule.ramp().orElseThrow().rule(), nowMillis);
        }
        boolean isNews =
                told == null
                        || now.step() != told.step()
                        || now.sinceMillis() != told.sinceMillis();
        ramp = now;
        told = now;
        return isNews ? Optional.of(new Notice.RampAt(rule, now)) : Optional.empty();
    }

    /** The ramped arm's share as it is now, in percent; empty without a ramp. */
    Optional<Double> percent() {
        RampProgress now = ramp;
        if (now == null) {
            return Optional.empty();
        }
        return rule.ramp()
                .map(RampedArm::rule)
                .map(it -> isRampHeld() ? 0.0 : it.percent(now.step()));
    }

    WatchedRule rule() {
        return rule;
    }

    /** Null without a guard. */
    @Nullable GuardWatch guard() {
        return guard;
    }

    /** Null until it begins, and without a ramp. */
    @Nullable RampProgress ramp() {
        return ramp;
    }
}
