package dev.millrace.simulator.settings;

/** The format of error bodies. */
public enum ErrorForm {
    /** The format of the wire. */
    NATIVE,
    /** Google's format: an array that holds one error, as at Gemini's compatible endpoint. */
    GOOGLE,
    /** An HTML page, as a proxy in front of the provider sends it. */
    HTML
}
