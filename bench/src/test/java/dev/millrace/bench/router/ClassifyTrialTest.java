package dev.millrace.bench.router;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.millrace.bench.router.ClassifyCost.Step;
import dev.millrace.router.classify.Classifier;
import java.lang.management.ManagementFactory;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class ClassifyTrialTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @Test
    void parsingAndClassifyingAreMeasured() {
        ClassifyCost cost =
                new ClassifyTrial(Classifier.load(), 200, THREADS, System::nanoTime).run(10);

        print("parse", cost.parse());
        print("classify", cost.classify());
        System.out.printf(Locale.ROOT, "ratio %.2f%n", cost.ratio());

        assertThat(cost.parse().p50Micros()).isPositive();
        assertThat(cost.classify().p99Micros()).isGreaterThanOrEqualTo(cost.classify().p50Micros());
        assertThat(cost.classify().bytes()).isPositive();
        assertThat(cost.ratio()).isPositive();
    }

    private static void print(String step, Step cost) {
        System.out.printf(
                Locale.ROOT,
                "%-8s P50 %.1f µs, P99 %.1f µs, %d bytes%n",
                step,
                cost.p50Micros(),
                cost.p99Micros(),
                cost.bytes());
    }
}
