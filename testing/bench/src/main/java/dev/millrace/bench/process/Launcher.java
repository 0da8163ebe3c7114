package dev.millrace.bench.process;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Starts {@code millrace} commands as users do: through the launcher, which chooses the options of
 * the JVM. The launcher becomes the JVM, so the process is that of the command.
 */
public final class Launcher {
    /** System property with the path of the launcher, which the launcher sets. */
    private static final String PROPERTY = "millrace.launcher";

    /** System property with the folder of the jars, which the launcher sets. */
    private static final String HOME = "millrace.home";

    private Launcher() {}

    /**
     * Returns a builder for the process of a command, which inherits this process's standard error.
     * The command runs what is built, on the JDK of this process.
     *
     * @throws IllegalStateException if this process was not started by the launcher
     */
    public static ProcessBuilder millrace(List<String> arguments) {
        String launcher = System.getProperty(PROPERTY);
        if (launcher == null) {
            throw new IllegalStateException(
                    PROPERTY + " is not set; start this with ./millrace bench");
        }
        var command = new ArrayList<String>();
        command.add(launcher);
        command.addAll(arguments);
        var builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        Map<String, String> environment = builder.environment();
        environment.put("JAVA_HOME", System.getProperty("java.home"));
        environment.put("MILLRACE_HOME", System.getProperty(HOME));
        // The start-up cache was made before this process started.
        environment.remove("MILLRACE_AOT", "make");
        return builder;
    }
}
