package dev.millrace.standalone.run.journal;

/**
 * Says which file it is, in every run.
 *
 * @param path where it is now
 * @param name what the user calls it, without its folder
 * @param digest of its whole content
 */
public record FileIdentity(String path, String name, byte[] digest) {}
