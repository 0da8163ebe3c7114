package dev.millrace.worker.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.job.Lane;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class LaneAdmissionTest {
    private static final JobTopic TOPIC = new JobTopic("m", Lane.NORMAL);

    private LaneAdmission lane = new LaneAdmission(TOPIC);

    private Partition partition(int number, long... timestamps) {
        var partition = new Partition(new TopicPartition("jobs", number), TOPIC);
        partition.state = Partition.State.ACTIVE;
        for (long timestamp : timestamps) {
            partition.buffer(
                    new ConsumerRecord<>(
                            "jobs",
                            number,
                            partition.buffer.size(),
                            timestamp,
                            TimestampType.CREATE_TIME,
                            0,
                            0,
                            new byte[0],
                            new byte[0],
                            new RecordHeaders(),
                            Optional.empty()));
        }
        lane.add(partition);
        return partition;
    }

    private List<Partition> admit(int count) {
        var admitted = new ArrayList<Partition>();
        for (int i = 0; i < count; i++) {
            Partition next = lane.next(lane.waiting());
            lane.onAdmitted(next);
            next.takeBuffered();
            admitted.add(next);
        }
        return admitted;
    }

    @Test
    void oldestGoesFirstThreeTimesOfFour() {
        Partition old = partition(0, 1, 2, 3, 4, 5, 6, 7, 8);
        Partition young = partition(1, 11, 12, 13, 14, 15, 16, 17, 18);

        assertThat(admit(8)).containsExactly(old, old, old, young, old, old, old, young);
    }

    @Test
    void equalAgesGoInTurn() {
        Partition first = partition(0, 7, 7, 7);
        Partition second = partition(1, 7, 7, 7);

        assertThat(admit(6)).containsExactly(first, second, first, second, first, second);
    }

    @Test
    void aPartitionThatIsLeavingIsNotChosen() {
        partition(0, 1, 2).state = Partition.State.DRAINING;
        Partition staying = partition(1, 3, 4);

        assertThat(admit(2)).containsExactly(staying, staying);
    }

    @Property
    boolean everyPartitionHasItsTurnWhateverTheClocksSay(
            @ForAll @Size(min = 1, max = 12) List<Long> clocks) {
        // The same instance serves all tries of a property.
        lane = new LaneAdmission(TOPIC);
        int turns = 4 * clocks.size();
        for (int i = 0; i < clocks.size(); i++) {
            long[] timestamps = new long[2 * turns];
            Arrays.fill(timestamps, clocks.get(i));
            partition(i, timestamps);
        }

        admit(turns);

        return admit(turns).containsAll(lane.waiting());
    }
}
