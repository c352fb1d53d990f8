package org.plantbuddy.accounts;

import java.time.Instant;

/**
 * One thing that somebody did.
 *
 * @param user whose account it is about; empty: of none that exists
 * @param subject what of it; may be empty
 */
public record AuditEntry(Instant at, Actor actor, AuditAction action, String user, String subject) {}
