/**
 * What is logged and where to: Logback is set up in code, since reading an XML file would cost a
 * tenth of a second at every start. Runs on whichever thread logs first. Depends on nothing of
 * Millrace.
 */
@NullMarked
package dev.millrace.standalone.log;

import org.jspecify.annotations.NullMarked;
