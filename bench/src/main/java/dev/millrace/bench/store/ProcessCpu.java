package dev.millrace.bench.store;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/** The processor time of this process. */
final class ProcessCpu {
    private static final OperatingSystemMXBean SYSTEM =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    private ProcessCpu() {}

    /** Returns the processor time of all threads so far, in nanoseconds. */
    static long nanos() {
        return SYSTEM.getProcessCpuTime();
    }
}
