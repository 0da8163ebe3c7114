package dev.millrace.testwaits;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/**
 * Lets every await of the tests wait for 10 minutes instead of Awaitility's 10 seconds: a busy
 * machine must not fail a test. JUnit finds this class by itself in each module that depends on
 * this one.
 */
public final class PatientAwaits implements LauncherSessionListener {
    @Override
    public void launcherSessionOpened(LauncherSession session) {
        Awaitility.setDefaultTimeout(Duration.ofMinutes(10));
    }
}
