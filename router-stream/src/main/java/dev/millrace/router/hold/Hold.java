package dev.millrace.router.hold;

import dev.millrace.contracts.digest.Sha256;
import dev.millrace.contracts.waiting.WaitingReason;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Why jobs of a model are held.
 *
 * @param model empty if no job can be read
 * @param value what reports show
 * @param hour the hour that the jobs wait for; null if they wait for topics
 */
record Hold(String model, WaitingReason reason, String value, @Nullable Hour hour) {
    private static final int HASH_BYTES = 32;

    /**
     * A later hour.
     *
     * @param begins when calls cost less
     * @param deadline deadline of the jobs, rounded down
     * @param secondsPerJob shortest time for each job of the partition that the limits of the model
     *     allow; 0 without limits
     */
    record Hour(Instant begins, Instant deadline, double secondsPerJob) {}

    /** Returns the hold of jobs whose model has no topics. */
    static Hold noTopic(String model) {
        return new Hold(model, WaitingReason.NO_TOPIC, "", null);
    }

    /** Returns the hold of jobs that wait for a cheaper hour. */
    static Hold cheaperHour(String model, String value, Hour hour) {
        return new Hold(model, WaitingReason.CHEAPER_HOUR, value, hour);
    }

    /** Returns this hold with the mean of the times that jobs need; the share is the other's. */
    Hold mean(Hold other, double share) {
        if (hour == null || other.hour == null) {
            return this;
        }
        double mean = hour.secondsPerJob * (1 - share) + other.hour.secondsPerJob * share;
        return new Hold(model, reason, value, new Hour(hour.begins, hour.deadline, mean));
    }

    /** Returns the group of jobs with this hold. It is stored, so its form must never change. */
    String group() {
        return Sha256.hex(
                hour == null ? model : hour.begins() + " " + hour.deadline() + " " + model,
                HASH_BYTES);
    }
}
