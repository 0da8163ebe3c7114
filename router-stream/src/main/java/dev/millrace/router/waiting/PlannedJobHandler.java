package dev.millrace.router.waiting;

import dev.millrace.contracts.header.JobHeaders;

/** Handles waiting jobs whose entries are {@link PlannedRecord}s. */
public interface PlannedJobHandler extends WaitingRoom.JobHandler<PlannedRecord> {
    @Override
    default PlannedRecord read(byte[] stored) {
        return PlannedRecord.decode(stored);
    }

    @Override
    default JobHeaders headers(PlannedRecord job) {
        return job.job().headers();
    }
}
