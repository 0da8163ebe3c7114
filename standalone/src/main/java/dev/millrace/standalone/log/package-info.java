/**
 * Configures Logback in code, because reading an XML file would add 100 ms to every start. Runs on
 * the thread that logs first. Depends on no other package of Millrace.
 */
@NullMarked
package dev.millrace.standalone.log;

import org.jspecify.annotations.NullMarked;
