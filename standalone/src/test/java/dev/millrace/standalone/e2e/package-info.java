/**
 * Whole-process tests: what a user types, through the launcher, in a folder of its own. Nothing of
 * Millrace runs in the test's JVM but, where calls are counted, the provider that is called.
 */
@NullMarked
package dev.millrace.standalone.e2e;

import org.jspecify.annotations.NullMarked;
