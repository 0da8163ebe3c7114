package dev.millrace.contracts.catalog;

/** Whether calls use the provider's cache of prompts beyond what their jobs ask for. */
public enum PromptCacheMode {
    /** Bodies get no field for the cache, and no job waits for the call of another one. */
    NONE,
    /** As the rule for the provider says, if there is one. */
    AUTO
}
