/** Tests of the documented metrics, and of the alerts and boards that use them. */
@NullMarked
package dev.millrace.standalone.monitoring;

import org.jspecify.annotations.NullMarked;
