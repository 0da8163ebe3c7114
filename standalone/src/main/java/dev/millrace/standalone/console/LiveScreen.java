package dev.millrace.standalone.console;

import java.io.PrintStream;
import java.util.List;

/**
 * Redraws lines on a terminal's alternate screen, so that closing restores the user's previous
 * screen. Lines that do not fit on the screen share its last line.
 */
public final class LiveScreen implements AutoCloseable {
    private static final String ESCAPE = "\u001b[";

    /** Opens the alternate screen, hides the cursor, and cuts long lines. */
    private static final String OPEN = ESCAPE + "?1049h" + ESCAPE + "?25l" + ESCAPE + "?7l";

    private static final String CLOSE = ESCAPE + "?7h" + ESCAPE + "?25h" + ESCAPE + "?1049l";
    private static final String CLEAR_TO_END_OF_LINE = ESCAPE + "K";
    private static final String CLEAR_BELOW = ESCAPE + "J";

    private final PrintStream terminal;
    private boolean isOpen;

    /** Creates a screen that opens with the first lines. */
    public LiveScreen(PrintStream terminal) {
        this.terminal = terminal;
    }

    /** Replaces the lines shown. */
    public synchronized void show(List<String> lines) {
        var text = new StringBuilder(isOpen ? "" : OPEN);
        isOpen = true;
        int row = 1;
        for (String line : lines) {
            text.append(position(row)).append(line).append(CLEAR_TO_END_OF_LINE);
            row++;
        }
        // The lines below are cleared last and none of the shown lines, so that nothing flickers.
        text.append(position(row)).append(CLEAR_BELOW);
        terminal.print(text);
        terminal.flush();
    }

    private static String position(int row) {
        return ESCAPE + row + ";1H";
    }

    /**
     * Restores the previous content of the terminal; has no effect on a screen that is not open.
     */
    @Override
    public synchronized void close() {
        if (isOpen) {
            isOpen = false;
            terminal.print(CLOSE);
            terminal.flush();
        }
    }
}
