/** Sends the questions of a batch file through Millrace, and stores the answers. */
@NullMarked
package com.example.tickets;

import org.jspecify.annotations.NullMarked;
