package dev.millrace.simulator.settings;

import java.util.List;
import java.util.stream.Collectors;

/** Reports invalid settings with all of their problems. */
public final class SettingsException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private final transient List<SettingsProblem> problems;

    SettingsException(List<SettingsProblem> problems) {
        super(problems.stream().map(SettingsProblem::toString).collect(Collectors.joining("; ")));
        this.problems = List.copyOf(problems);
    }

    /** Returns all problems, at least one. */
    public List<SettingsProblem> problems() {
        return problems;
    }
}
