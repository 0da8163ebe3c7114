package dev.millrace.router.entry;

/** A kind of entries in a store. */
public interface EntryKind {
    /** Returns the first byte of the keys. It is stored, so it must never change. */
    byte code();
}
