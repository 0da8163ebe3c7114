/** Commands that run until a signal: the embedded pipeline, single services, the simulator. */
@NullMarked
package dev.millrace.standalone.cli.service;

import org.jspecify.annotations.NullMarked;
